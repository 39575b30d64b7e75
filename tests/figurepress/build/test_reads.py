"""Which files count as read by a script; whole builds are in tests/pipeline/test_build.py."""

import os
import subprocess
import sys

import pytest

CODE = """
from pathlib import Path
from figurepress.build import reads
undeclared = reads.start_recording(Path.cwd())
{}
print(*undeclared([]))
"""


def undeclared(code, folder, home) -> str:
    """The files that some code in a folder reads, in a process of its own."""
    folder.mkdir(parents=True)
    (folder / "points.db").touch()
    command = [sys.executable, "-c", CODE.format(code)]
    environment = os.environ | {"HOME": str(home)}
    return subprocess.check_output(command, cwd=folder, env=environment, text=True).strip()


@pytest.mark.parametrize(
    "code", ["open('points.db')", "import sqlite3; sqlite3.connect('points.db')"]
)
def test_file_that_python_opens_is_found(tmp_path, code):
    assert undeclared(code, tmp_path / "lecture", tmp_path) == "points.db"


def test_undeclared_file_is_found_in_icloud_drive(tmp_path):
    lecture = tmp_path / "Library/Mobile Documents/lecture"
    assert undeclared("open('points.db')", lecture, tmp_path) == "points.db"
