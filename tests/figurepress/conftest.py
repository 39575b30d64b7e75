"""Fixtures of the tests that need a browser."""

import shutil

import pytest


@pytest.fixture(scope="session")
def chromium():
    """The path of a browser: Debian's, or the one on GitHub's machines."""
    if program := shutil.which("chromium") or shutil.which("google-chrome"):
        return program
    pytest.skip("no chromium is installed")
