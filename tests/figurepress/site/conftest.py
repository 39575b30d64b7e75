"""A lecture of two figures whose pictures are a few bytes: what shows them needs no more."""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from figurepress.project import config
from figurepress.site import manifest, page

CONFIG = """
figures: [line, extra]
formats: [svg, png, pdf]
themes: [light, dark]
dpi: 200
title: Lines & more
author: A. Author
license: CC BY 4.0
url: https://example.org/figures
sections: {"2.1": Straight lines}
"""
PROMPT = """---
number: {number}
section: "{section}"
page: {page}
title: {title}
caption: A line $y = x$ costs \\$5.
alt: It rises.
description: A line that *rises* from $0$.
claims:
  rising: The line rises, $y' > 0$.
  straight: Its slope is 1.
---
## Numbers

- `SLOPE = 1`: the slope.
"""
SCRIPT = '"""Draws a line."""\n\nSLOPE = 1  # </script><b>\n'
TESTS = '''import pytest


@pytest.mark.claim("rising")
def test_line_rises():
    assert 1 > 0


@pytest.mark.parametrize("x", [1, 2])
@pytest.mark.claim("rising")
def test_each_step_is_positive(x):
    assert x > 0


@pytest.mark.claim("straight")
def test_slope_is_one():
    text = """
    over two lines
    """
    assert text
'''
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="468pt" height="216pt"></svg>'


def png(color: str = "white", height: int = 600) -> bytes:
    content = BytesIO()
    Image.new("RGB", (1300, height), color).save(content, "png")
    return content.getvalue()


def write_prompt(lecture: Path, stem: str, **words: str) -> None:
    known = {"number": '"2.1"', "section": "2.1", "page": "true", "title": "A straight line"}
    (lecture / f"prompts/{stem}.md").write_text(PROMPT.format(**(known | words)))


def write_pictures(lecture: Path, stem: str) -> None:
    for theme in ("", "-dark"):
        (lecture / f"figures/{stem}{theme}.svg").write_bytes(SVG)
        (lecture / f"figures/{stem}{theme}.png").write_bytes(png())
    (lecture / f"figures/{stem}.pdf").write_bytes(b"%PDF /MediaBox [ 0 0 468 216 ]")


@pytest.fixture
def lecture(tmp_path, monkeypatch):
    """The folder of the lecture, in which the test runs."""
    for folder in ("prompts", "scripts", "figures", "tests/figures"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "config.yaml").write_text(CONFIG)
    write_prompt(tmp_path, "line")
    write_prompt(
        tmp_path, "extra", number="null", section="1.10", page="false", title="Another <line>"
    )
    for stem in ("line", "extra"):
        (tmp_path / f"scripts/{stem}.py").write_text(SCRIPT)
        write_pictures(tmp_path, stem)
    (tmp_path / "tests/figures/test_line.py").write_text(TESTS)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def build_page(**changes: object) -> str:
    """The page of the lecture in the working directory, its configuration changed."""
    settings = config.read(changes)
    files = [
        Path(f"figures/{stem}{suffix}") for stem in settings.figures for suffix in settings.suffixes
    ]
    return page.page(manifest.manifest(files), settings)
