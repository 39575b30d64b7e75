"""A figure script writes the files that its command line requests, or none."""

import runpy
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageSequence

from figurepress import look
from figurepress.output import script_main
from figurepress.palette import ROLES
from figurepress.project import numbers_for_page
from tests.support.projects import edit

CONFIG = """
figures: [x]
formats: [svg]
themes: [light]
dpi: 200
width: 2
colors: {input: ["#123456", "#abcdef"]}
"""
PROMPT = """---
number: null
section: "1"
page: false
title: A line
caption: A line.
alt: A line that rises.
description: A line that rises from 0 to 1.
claims:
  rises: The line rises.
---
Draw a line.
"""
SCRIPT = '''"""A line."""
from matplotlib.figure import Figure
from figurepress import look
from figurepress.output import main

calls = []

def compute():
    calls.append("compute")
    return 2

def draw(numbers):
    calls.append(look.color("background"))
    figure = Figure(figsize=(numbers, 1))
    figure.subplots().plot([0, 1], gid="curve")
    return figure

if __name__ == "__main__":
    main(compute, draw)
'''


@pytest.fixture
def script(tmp_path, monkeypatch):
    """A figure script in a lecture of its own."""
    monkeypatch.setattr(look, "WIDTH", look.WIDTH)  # undo what the script changes
    monkeypatch.setitem(ROLES, "input", ROLES["input"])
    for folder in ("scripts", "prompts", "out"):
        (tmp_path / folder).mkdir()
    (tmp_path / "config.yaml").write_text(CONFIG)
    (tmp_path / "prompts/x.md").write_text(PROMPT)
    script = tmp_path / "scripts/x.py"
    script.write_text(SCRIPT)
    return script


@pytest.fixture
def run(script, monkeypatch):
    """Run the script in the folder `out`; return its calls of compute() and draw(), in order.

    A call of draw() is represented by the background colour of its theme.
    """
    monkeypatch.chdir(script.parents[1] / "out")

    def run(*arguments: str) -> list[str]:
        monkeypatch.setattr(sys, "argv", ["scripts/x.py", *arguments])
        script_main._print_once.cache_clear()
        return runpy.run_path(str(script), run_name="__main__")["calls"]

    return run


@pytest.fixture
def fail(run, capfd):
    """Run the script, which must end with this status; return its one line on stderr."""

    def fail(status: int, *arguments: str) -> str:
        with pytest.raises(SystemExit) as end:
            run(*arguments)
        output, error = capfd.readouterr()
        assert (end.value.code, output, error.count("\n")) == (status, "", 1), error
        return error.rstrip("\n")

    return fail


def written() -> list[str]:
    """The names of the files in the working directory."""
    return sorted(file.name for file in Path().iterdir() if file.is_file())


@pytest.mark.parametrize(
    ("files", "backgrounds"),
    [
        (["x.png", "x.svg", "x.pdf", "x-dark.png", "x-dark.svg"], ["#ffffff", "#16181d"]),
        (["x-dark.svg"], ["#16181d"]),
    ],
)
def test_each_needed_theme_is_drawn_once(run, files, backgrounds):
    assert run(*files) == ["compute", *backgrounds]


def test_numbers_are_saved_only_for_figures_of_the_lecture(run, script, monkeypatch):
    lecture = script.parents[1]
    (lecture / "figures").mkdir()
    run("x.png")
    assert not (lecture / numbers_for_page.file("x")).exists()
    run("../figures/x.png")
    monkeypatch.chdir(lecture)
    assert numbers_for_page.read("x") == {"": "2"}  # compute() returns 2


@pytest.mark.parametrize(("arguments", "dpi"), [([], 150), (["--dpi", "50"], 50)])
def test_png_has_the_dpi_of_the_argument_or_the_lecture(run, script, arguments, dpi):
    edit(script.parents[1] / "config.yaml", "dpi: 200", "dpi: 150")
    run(*arguments, "x.png")
    picture = Image.open("x.png")
    assert picture.size == (2 * dpi, dpi)  # 2 x 1 inches
    assert [round(value) for value in picture.info["dpi"]] == [dpi, dpi]


def test_svg_has_its_words_and_ids(run):
    run("x-dark.svg")
    svg = Path("x-dark.svg").read_text()
    assert '<title id="x-dark-title">A line</title>' in svg
    assert '<desc id="x-dark-desc">A line that rises from 0 to 1.</desc>' in svg
    assert 'id="x-dark-curve"' in svg


def test_png_and_pdf_have_title_and_short_text(run):
    run("x.png", "x.pdf")
    assert Image.open("x.png").text == {"Title": "A line", "Description": "A line that rises."}
    assert b"/Title (A line)" in Path("x.pdf").read_bytes()
    assert b"/Subject (A line that rises.)" in Path("x.pdf").read_bytes()


@pytest.mark.parametrize("suffix", ["png", "svg", "pdf", "gif", "webp"])
def test_file_has_the_same_bytes_twice(script, run, suffix):
    animate(script)
    run(f"a.{suffix}")
    run(f"b.{suffix}")
    assert Path(f"a.{suffix}").read_bytes() == Path(f"b.{suffix}").read_bytes()


@pytest.mark.parametrize(("key", "size"), [("width: 3", "3 x 1"), ("height: 1.5", "2 x 1.5")])
def test_size_other_than_in_the_prompt_is_rejected(script, fail, key, size):
    (script.parents[1] / "prompts/x.md").write_text(prompt_with(key))
    message = fail(1, "x.png")
    assert f"the figure is 2 x 1 inches instead of {size}; change its figsize" in message


def test_draw_must_return_a_figure(script, fail):
    script.write_text(SCRIPT.replace("    return figure\n", ""))
    assert "draw() returned NoneType; let it return the figure" in fail(1, "x.png")


def test_lecture_sets_the_color_of_a_role(script, run):
    script.write_text(SCRIPT.replace('look.color("background")', 'look.color("input")'))
    assert run("x.svg", "x-dark.svg") == ["compute", "#123456", "#abcdef"]


def prompt_with(lines: str) -> str:
    """The prompt with additional lines in its front matter."""
    return PROMPT.replace("page: false", f"page: false\n{lines}")


def animate(script, key="frames_per_second: 4"):
    """Give the script an animation of two frames, and its prompt this key."""
    frames = "def frames(numbers):\n    return [draw(numbers), draw(numbers)]\n\nif __name__"
    text = SCRIPT.replace("if __name__", frames).replace("compute, draw)", "compute, draw, frames)")
    text = text.replace("[0, 1]", "[0, len(calls)]")  # otherwise, both frames would be the same
    script.write_text(text)
    (script.parents[1] / "prompts/x.md").write_text(prompt_with(key))


@pytest.mark.parametrize("file", ["x.gif", "x-dark.webp"])
def test_animation_has_its_frames_and_speed(script, run, file):
    animate(script)
    run(file)
    picture = Image.open(file)
    durations = []
    for frame in range(picture.n_frames):
        picture.seek(frame)
        picture.load()
        durations.append(picture.info["duration"])
    assert picture.size == (200, 100)  # 2 x 1 inches at 100 dpi
    assert durations == [250, 1500]  # ms: 4 frames per second, then a pause at the last frame
    assert picture.info["loop"] == 0


def test_each_frame_keeps_its_colors(script, run):
    animate(script)
    # compute() is the first call, so the frames are drawn by calls 2 and 3.
    edit(script, "calls = []", "calls = []\nCOLOR_OF_CALL = {2: 'red', 3: 'blue'}")
    edit(script, "plot([0, len(calls)]", "axvspan(0, 1, color=COLOR_OF_CALL[len(calls)]")
    run("x.webp")
    frames = ImageSequence.all_frames(Image.open("x.webp"))
    middle = [frame.convert("RGB").getpixel((100, 50)) for frame in frames]
    np.testing.assert_allclose(middle, [(255, 0, 0), (0, 0, 255)], atol=8)


def test_animation_without_speed_is_rejected(script, fail):
    animate(script, key="width: 2")
    assert "prompts/x.md: frames_per_second: missing, but the script" in fail(2, "x.png")


def test_animation_without_frames_is_rejected(script, fail):
    assert "x.gif: no animation; define frames(numbers)" in fail(2, "x.gif")


def test_animation_of_no_frames_is_rejected(script, fail):
    animate(script)
    edit(script, "return [draw(numbers), draw(numbers)]", "draw(numbers)  # no yield")
    assert "frames() yields no figure; let it yield" in fail(1, "x.gif")


def test_slide_version_uses_numbers_of_another_script(script, run, monkeypatch):
    monkeypatch.syspath_prepend(str(script.parent))
    slide = SCRIPT.replace("def compute", "from x import compute\n\ndef unused")
    slide = slide.replace("figsize=(numbers, 1)", "figsize=(numbers + 1, 2)")
    (script.parent / "y.py").write_text(slide)
    (script.parents[1] / "prompts/y.md").write_text(prompt_with("width: 3\nheight: 2"))
    monkeypatch.setattr(sys, "argv", ["scripts/y.py", "y.png"])
    runpy.run_path(str(script.parent / "y.py"), run_name="__main__")
    assert Image.open("y.png").size == (600, 400)  # 3 x 2 inches at 200 dpi


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "the following arguments are required: figures/x.png"),
        (["x"], "x: unknown suffix ''; use one of .svg, .png, .pdf, .webp, .gif"),
        (["nowhere/x.png"], "nowhere/x.png: no folder nowhere; create it first"),
        (["--dpi", "1201", "x.png"], "'1201': write a number from 50 to 1200"),
    ],
)
def test_wrong_use_causes_one_line(fail, arguments, message):
    assert fail(2, *arguments).endswith(message)
    assert written() == []


def test_missing_prompt_is_rejected(fail, script):
    (script.parents[1] / "prompts/x.md").unlink()
    assert "prompts/x.md: missing; create it" in fail(2, "x.png")


def test_warning_is_one_line_with_its_place(run, script, capfd):
    script.write_text(SCRIPT.replace("return 2", "import numpy; numpy.log(0.0); return 2"))
    run("x.png", "x-dark.png")
    before_the_warning = script.read_text().partition("import numpy;")[0]
    line = before_the_warning.count("\n") + 1
    words = "divide by zero encountered in log (RuntimeWarning)"
    assert capfd.readouterr().err == f"x.py, line {line}: warning: {words}\n"


def test_warning_of_all_formats_is_printed_once(run, script, capfd):
    missing = "\u6f22"  # a character that no font has
    edit(script, 'plot([0, 1], gid="curve")', f"set_title('{missing}')")
    run("x.png", "x.svg", "x-dark.png")
    error = capfd.readouterr().err
    assert error.startswith("x.py: warning: Glyph 28450 ")
    assert error.count("\n") == 1
