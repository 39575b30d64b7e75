"""A built sample lecture, and the tools run in it."""

import json
import os
import shutil
import subprocess
import sys
from types import SimpleNamespace

import pytest

from tests.support.projects import STEMS, SUFFIXES, sample_project

SITE = ("index.html", "fonts.css", "overview.png", "overview-dark.png")
NAMES = [stem + suffix for stem in STEMS for suffix in SUFFIXES]


@pytest.fixture
def project(tmp_path, monkeypatch):
    """The sample lecture, which is the working directory; each file holds its own name."""
    project = sample_project(tmp_path / "project")
    for name in (*NAMES, *SITE):
        (project / "figures" / name).write_text(name)
    write_manifest(project)
    monkeypatch.chdir(project)
    return project


def write_manifest(project):
    figures = [
        {"stem": stem, "files": [{"name": stem + suffix} for suffix in SUFFIXES]} for stem in STEMS
    ]
    text = json.dumps({"figures": figures}, indent=2) + "\n"
    (project / "figures/figures.json").write_text(text)


@pytest.fixture
def lecture(tmp_path):
    """The folder of a lecture without figures."""
    folder = tmp_path / "lecture"
    folder.mkdir()
    return folder


@pytest.fixture
def command(project):
    """Runs a tool as `make` does, without root's right to read and write everything."""

    def command(tool, *arguments):
        before = []
        if os.geteuid() == 0:
            if not shutil.which("setpriv"):
                pytest.skip("root may read and write everything, and there is no setpriv")
            before = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
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
