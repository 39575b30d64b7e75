"""The sample lecture as the working directory, and a browser."""

import shutil
from pathlib import Path

import pytest

from figurepress.project import imports
from tests.support.projects import sample_project


@pytest.fixture
def lecture(tmp_path, monkeypatch) -> Path:
    """The sample lecture, not built, as the working directory."""
    monkeypatch.chdir(sample_project(tmp_path / "lecture"))
    imports.forget()
    return Path()


@pytest.fixture(scope="session")
def chromium():
    """The path of a browser: Debian's, or the one on GitHub's machines."""
    if program := shutil.which("chromium") or shutil.which("google-chrome"):
        return program
    pytest.skip("no chromium is installed")
