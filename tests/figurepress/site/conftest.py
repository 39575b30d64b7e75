"""Fixtures of the tests of what shows all figures."""

import pytest

from tests.support.tiny_lecture import write_lecture


@pytest.fixture
def lecture(tmp_path, monkeypatch):
    """The folder of a lecture of two figures, in which the test runs."""
    write_lecture(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path
