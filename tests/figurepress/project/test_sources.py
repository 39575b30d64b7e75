"""What a figure is drawn from: which of it was saved since its script began."""

import os
import runpy
import shutil
import subprocess
import sys
import time
from pathlib import Path

from figurepress.project import sources

import pytest

OF_X = ["scripts/x.py", "prompts/x.md", "scripts/lecture/style.py"]


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Two figures and what they share, as they are when a script begins."""
    names = [*OF_X, "scripts/y.py", "prompts/y.md"]
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    monkeypatch.setattr(sources, "ROOT", tmp_path)
    monkeypatch.setattr(sources, "SHARED", [tmp_path / "scripts/lecture/style.py"])
    at_start = {tmp_path / name: sources._saved(tmp_path / name) for name in names}
    monkeypatch.setattr(sources, "_AT_START", at_start)
    return tmp_path


def save(file: Path, seconds: int) -> None:
    """Save a file so much later; sooner, if it comes out of an archive."""
    time = file.stat().st_mtime_ns + seconds * 10**9
    os.utime(file, ns=(time, time))


@pytest.mark.parametrize("seconds", [-9, 9])
@pytest.mark.parametrize("name", OF_X)
def test_file_that_was_saved_is_named(project, name, seconds):
    assert sources.saved_since_start("x") == []
    save(project / name, seconds)
    assert sources.saved_since_start("x") == [name]


@pytest.mark.parametrize("name", OF_X)
def test_file_that_was_removed_is_named(project, name):
    (project / name).unlink()
    assert sources.saved_since_start("x") == [name]


def test_file_of_another_figure_is_not(project):
    for name in ("scripts/y.py", "prompts/y.md"):
        save(project / name, 9)
    assert sources.saved_since_start("x") == []


def test_new_file_that_is_still_missing_was_not_saved(project):
    assert sources.saved_since_start("z") == []


def test_what_figures_share_is_what_lies_beside():
    folder = Path(__file__).parents[1] / "scripts/lecture"
    assert folder.parents[1] == sources.ROOT
    beside = [file for file in folder.iterdir() if file.suffix in (".py", ".mplstyle")]
    assert sorted(beside) == sources.SHARED


def test_second_save_within_a_second_is_not_taken_for_the_first(tmp_path):
    shutil.copytree(sources.ROOT / "scripts/lecture", tmp_path / "lecture")
    palette = tmp_path / "lecture/palette.py"
    soon = time.time() + 60  # a second that no machine is too slow for
    for word in ("light", "night"):
        palette.write_text(f"THEMES = {word!r}")
        os.utime(palette, (soon, soon))
        said = subprocess.run(
            [sys.executable, "-c", "import lecture; print(lecture.THEMES)"],
            cwd=tmp_path,
            env={"PATH": os.environ["PATH"]},
            capture_output=True,
            text=True,
        )
        assert said.stdout == f"{word}\n", said.stderr


@pytest.mark.parametrize(
    ("later", "kept"),
    [(-(10**9), False), (10**9 - 1, False), (10**9, True), (2 * 10**9, True)],
)
def test_bytecode_is_kept_from_a_second_after_the_last_save(monkeypatch, later, kept):
    last = max(filter(None, sources._AT_START.values()))
    monkeypatch.setattr(time, "time_ns", lambda: last + later)
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    runpy.run_path(sources.__file__)
    assert sys.dont_write_bytecode is not kept
