"""Fixtures for the tests of the pages."""

import pytest

from tests.support.tiny_lecture import write_lecture


@pytest.fixture
def lecture(tmp_path, monkeypatch):
    """The folder of a lecture with two figures, as the working directory."""
    write_lecture(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path
