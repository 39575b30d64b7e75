"""Fixtures: a sample lecture as if it were built, the notes of a course, and a way to run tools."""

import json
import subprocess
import sys
from types import SimpleNamespace

import pytest

from tests.support.privileges import bound_by_permissions
from tests.support.projects import STEMS, SUFFIXES, sample_project

SITE = ("index.html", "tests.html", "fonts.css", "overview.png", "overview-dark.png")
NAMES = [stem + suffix for stem in STEMS for suffix in SUFFIXES]


@pytest.fixture
def project(tmp_path, monkeypatch):
    """The sample lecture as if it were built; each file holds its own name."""
    project = built_project(tmp_path / "project")
    monkeypatch.chdir(project)
    return project


def built_project(folder):
    """Copy the sample lecture into `folder`, as if it were built."""
    project = sample_project(folder)
    for name in (*NAMES, *SITE):
        (project / "figures" / name).write_text(name)
    (project / "figures/tests.html").write_text('<a href="index.html#bars">')
    write_manifest(project)
    return project


def write_manifest(project):
    figures = [
        {"stem": stem, "files": [{"name": stem + suffix} for suffix in SUFFIXES]} for stem in STEMS
    ]
    text = json.dumps({"figures": figures}, indent=2) + "\n"
    (project / "figures/figures.json").write_text(text)


@pytest.fixture
def course(tmp_path):
    """The folder of a lecture's notes, without figures."""
    folder = tmp_path / "course"
    folder.mkdir()
    return folder


@pytest.fixture
def command(project):
    """Runs a tool as `make` does, without root's right to read and write everything."""

    def command(tool, *arguments):
        before = bound_by_permissions()
        done = subprocess.run(
            [*before, sys.executable, "-m", f"figurepress.tools.{tool}", *arguments],
            cwd=project,
            capture_output=True,
            text=True,
        )
        return SimpleNamespace(
            status=done.returncode, lines=done.stdout.splitlines(), error=done.stderr
        )

    return command
