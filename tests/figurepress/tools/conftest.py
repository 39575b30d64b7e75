"""Fixtures: the sample lecture as if it were built, and a folder for notes; simple pictures."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.support.projects import STEMS, SUFFIXES, sample_project

# The pages of the sample lecture, and the pictures of its figures.
SITE = ("index.html", "tests.html", "fonts.css", "overview.png", "overview-dark.png")
NAMES = [stem + suffix for stem in STEMS for suffix in SUFFIXES]


@pytest.fixture
def project(tmp_path, monkeypatch):
    """The sample lecture, in which each built file contains only its own name."""
    project = built_project(tmp_path / "project")
    monkeypatch.chdir(project)
    return project


def built_project(folder):
    """Copy the sample lecture into a folder, and write files in place of a build."""
    project = sample_project(folder)
    for name in (*NAMES, *SITE):
        (project / "figures" / name).write_text(name)
    (project / "figures/tests.html").write_text('<a href="index.html#bars">')
    write_manifest(project)
    return project


def write_manifest(project):
    """Write a figures.json that lists the pictures."""
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


def save_picture(file: str | Path, *pixels: tuple[int, int], size: int = 20) -> None:
    """Save a white square picture with black pixels, each given as (row, column)."""
    picture = np.full((size, size, 3), 255, np.uint8)
    for pixel in pixels:
        picture[pixel] = 0
    Path(file).parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(picture).save(file)
