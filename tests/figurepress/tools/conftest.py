"""The sample lecture as the working directory."""

from pathlib import Path

import pytest

from tests.support.projects import sample_project


@pytest.fixture
def lecture(tmp_path, monkeypatch) -> Path:
    """The sample lecture, not built."""
    monkeypatch.chdir(sample_project(tmp_path / "lecture"))
    return Path()
