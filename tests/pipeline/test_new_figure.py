"""What `make new` and `make new-lecture` write passes all checks; a missing test is reported."""

import shutil
import subprocess
import sys

import pytest

from figurepress.command_line import PYTEST
from figurepress.tools.new_lecture import create
from tests.support.projects import ROOT, sample_project

STEM = "new_figure"


def run(folder, *command):
    """Run a command in a folder; it must succeed."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_new_figure_passes_once_it_is_accepted(tmp_path):
    project = shutil.copytree(
        ROOT, tmp_path / "project", ignore=shutil.ignore_patterns(".*", "logs", "results")
    )
    run(project, sys.executable, "-m", "figurepress.tools.figure", "new", STEM)
    run(project, sys.executable, "-m", "figurepress.build", STEM)
    run(project, sys.executable, "-m", "figurepress.tools.accept", STEM)
    tests = [f"tests/figures/test_{STEM}.py", "tests/all_figures"]
    run(project, *PYTEST, "-n0", *tests, "--figure", STEM)


def test_missing_test_file_is_reported_once(tmp_path):
    lecture = sample_project(tmp_path / "lecture")  # its figure waves has no test file
    command = [*PYTEST, "-n0", str(ROOT / "tests/all_figures"), "--figure", "waves"]
    done = subprocess.run(command, cwd=lecture, capture_output=True, text=True)
    assert "tests/figures/test_waves.py: missing; write it as" in done.stdout
    assert "test_waves.py'" not in done.stdout, "a FileNotFoundError, which quotes the path"


@pytest.mark.slow
def test_new_lecture_passes_once_it_is_accepted(tmp_path):
    lecture = tmp_path / "lecture"
    create(lecture, "Sample")
    run(lecture, sys.executable, "-m", "figurepress.build")
    run(lecture, sys.executable, "-m", "figurepress.tools.accept", "--all")
    run(lecture, *PYTEST, "-n0", "tests", str(ROOT / "tests/all_figures"))
