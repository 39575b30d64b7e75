"""A lecture of two figures whose pictures are a few bytes; used by the tests of the page."""

from io import BytesIO
from pathlib import Path

from PIL import Image

from figurepress.build import outputs
from figurepress.names import animation_suffixes
from figurepress.palette import THEMES
from figurepress.project import config, imports
from figurepress.site import manifest, page

# The texts below contain &, <, > and quotes, to show whether the page escapes them.
CONFIG = """
figures: [line, extra]
formats: [svg, png, pdf]
themes: [light, dark]
dpi: 200
title: Lines & more
author: A. Author
year: 2026
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

The rules of docs/legibility.md apply.
"""
SCRIPT = '"""Draws a line."""\n\nSLOPE = 1  # </script><b>\n'
TESTS = '''import pytest


@pytest.mark.claim("rising")
def test_line_rises(line):
    assert line.x > 0


@pytest.mark.parametrize("x", [1, 2])
@pytest.mark.claim("rising")
def test_each_step_is_positive(x):
    assert x > 0


@pytest.mark.claim("straight")
def test_slope_is_one():
    """The slope.

    It has no unit.
    """
'''
SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="468pt" height="216pt" viewBox="0 0 468 216">'
    b'<path d="M0 216L468 0" stroke="#888"/></svg>'
)


def png(color: str = "white", height: int = 600) -> bytes:
    """A picture as wide as those of a lecture."""
    content = BytesIO()
    Image.new("RGB", (1300, height), color).save(content, "png")
    return content.getvalue()


def write_prompt(lecture: Path, stem: str, **changes: str) -> None:
    entries = {"number": '"2.1"', "section": "2.1", "page": "true", "title": "A straight line"}
    (lecture / f"prompts/{stem}.md").write_text(PROMPT.format(**(entries | changes)))


def write_experiment(lecture: Path) -> None:
    """Give the figure ``line`` an experiment."""
    (lecture / "experiments").mkdir()
    (lecture / "experiments/line.py").write_text('"""Measures a line."""\n\nSEED = "<3>"\n')
    prompt = lecture / "prompts/line.md"
    prompt.write_text(prompt.read_text().replace("claims:", "needs: [data/line.npz]\nclaims:"))


def write_module(lecture: Path) -> None:
    """Give the figure ``line`` a module, which its script imports and its prompt mentions."""
    (lecture / "src/geometry").mkdir(parents=True)
    (lecture / "src/geometry/__init__.py").touch()
    module = '"""Lines, "<4>"."""\n\nSLOPE = 1\n\n\ndef line() -> float: ...\n'
    (lecture / "src/geometry/lines.py").write_text(module)
    script = lecture / "scripts/line.py"
    script.write_text(f"{SCRIPT}from geometry.lines import SLOPE\n")
    prompt = lecture / "prompts/line.md"
    prompt.write_text(f"{prompt.read_text()}\nIts slope is `geometry.lines.SLOPE`.\n")


def write_pictures(lecture: Path, stem: str) -> None:
    for suffix in ("", "-dark"):
        (lecture / f"figures/{stem}{suffix}.svg").write_bytes(SVG)
        (lecture / f"figures/{stem}{suffix}.png").write_bytes(png())
    (lecture / f"figures/{stem}.pdf").write_bytes(b"%PDF /MediaBox [ 0 0 468 216 ]")  # in points


def write_animation(lecture: Path, stem: str) -> None:
    """Give a figure an animation of two frames, whose size differs from that of its picture."""
    frames = [Image.new("RGB", (600, 200), color) for color in ("white", "red")]
    for suffix in animation_suffixes(THEMES):
        file = lecture / f"figures/{stem}{suffix}"
        frames[0].save(file, save_all=True, append_images=frames[1:])
    prompt = lecture / f"prompts/{stem}.md"
    prompt.write_text(prompt.read_text().replace("claims:", "frames_per_second: 2\nclaims:"))


def write_lecture(folder: Path) -> None:
    """Write the lecture: a figure with tests, and an extra one without."""
    # Forget the imports of an earlier test's lecture, whose files have the same relative paths.
    imports.forget()
    for name in ("prompts", "scripts", "figures", "tests/figures"):
        (folder / name).mkdir(parents=True)
    (folder / "config.yaml").write_text(CONFIG)
    write_prompt(folder, "line")
    write_prompt(
        folder, "extra", number="null", section="1.10", page="false", title="Another <line>"
    )
    for stem in ("line", "extra"):
        (folder / f"scripts/{stem}.py").write_text(SCRIPT)
        write_pictures(folder, stem)
    (folder / "tests/figures/test_line.py").write_text(TESTS)
    (folder / ".build/numbers").mkdir(parents=True)
    (folder / ".build/numbers/line.json").write_text('{"SLOPE": "1", "line.x": "<3> values"}')


def build_page(name: str = "index.html", **changes: object) -> str:
    """The HTML of a page of the tiny lecture, which is the working directory.

    `changes` replace entries of its configuration.
    """
    settings = config.read().model_copy(update=changes)
    files = [file for stem in settings.figures for file in outputs.of_figure(stem, settings)]
    return page.pages(manifest.of_files(files), settings)[name]
