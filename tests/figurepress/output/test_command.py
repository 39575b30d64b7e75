"""The command line of a figure script: all its files or none, each in its form and theme."""

import faulthandler
import runpy
import shutil
import sys
from pathlib import Path

from figurepress.project import sources

import pytest
from PIL import Image

ROOT = Path(__file__).parents[1]
SCRIPT = '''"""A line."""
from figurepress import look
from matplotlib.figure import Figure

calls = []

def compute():
    calls.append("compute")
    return 2

def draw(numbers):
    calls.append(look.color("background"))
    figure = Figure(figsize=(numbers, 1))
    figure.subplots().plot([0, 1])
    return figure

if __name__ == "__main__":
    lecture.main(compute, draw)
'''


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Run a small figure's script in a folder of its own; returns what it called, in order."""
    (tmp_path / "scripts").mkdir()
    (tmp_path / "prompts").mkdir()
    (tmp_path / "scripts/x.py").write_text(SCRIPT)
    shutil.copy(ROOT / "prompts/nonlinearities.md", tmp_path / "prompts/x.md")
    (tmp_path / "out").mkdir()
    monkeypatch.chdir(tmp_path / "out")

    def run(*arguments: str) -> list[str]:
        monkeypatch.setattr(sys, "argv", ["scripts/x.py", *arguments])
        return runpy.run_path(str(tmp_path / "scripts/x.py"), run_name="__main__")["calls"]

    yield run
    faulthandler.cancel_dump_traceback_later()  # the time limit of `main` would end the tests


def made() -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in Path().iterdir() if file.is_file()}


def test_numbers_are_computed_once_and_each_theme_drawn_once(run):
    calls = run("x.png", "x.svg", "x.pdf", "x-dark.png", "x-dark.svg")
    assert calls == ["compute", "#ffffff", "#16181d"]


def test_theme_that_no_file_asks_for_is_not_drawn(run):
    assert run("x-dark.svg") == ["compute", "#16181d"]
    assert run("x.pdf") == ["compute", "#ffffff"]


def test_suffix_chooses_the_format_and_only_named_files_are_written(run):
    run("a.png", "b.svg", "c.pdf")
    begin = {name: content[:4] for name, content in made().items()}
    assert begin == {"a.png": b"\x89PNG", "b.svg": b"<?xm", "c.pdf": b"%PDF"}


def test_png_has_200_dpi_where_nothing_is_said(run):
    run("x.png")
    assert Image.open("x.png").size == (400, 200)


def test_png_has_the_dpi_that_is_asked_for(run):
    run("--dpi", "100", "x.png")
    assert Image.open("x.png").size == (200, 100)


@pytest.mark.parametrize("dpi", ["50", "1200"])
def test_least_and_largest_dpi_are_taken(run, dpi):
    run("--dpi", dpi, "x.svg")
    assert [*made()] == ["x.svg"]


def test_svg_names_figure_and_theme_in_its_ids(run):
    run("x.svg", "x-dark.svg")
    assert b'aria-labelledby="x-light-title x-light-desc"' in made()["x.svg"]
    assert b'aria-labelledby="x-dark-title x-dark-desc"' in made()["x-dark.svg"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "the following arguments are required: figures/x.png"),
        (["x.gif"], "x.gif: unknown suffix '.gif'; use one of .svg, .png, .pdf"),
        (["x"], "x: unknown suffix ''; use one of .svg, .png, .pdf"),
        (["nowhere/x.png"], "nowhere/x.png: no folder nowhere; make it first"),
        (["--dpi", "many", "x.png"], "'many': write a number from 50 to 1200"),
    ],
)
def test_wrong_use_is_one_line(run, capfd, arguments, message):
    with pytest.raises(SystemExit) as end:
        run(*arguments)
    assert end.value.code == 2
    out, said = capfd.readouterr()
    assert out == ""
    assert said.startswith("x.py: ")
    assert said.endswith(f"{message}\n")
    assert said.count("\n") == 1
    assert made() == {}


def test_script_without_prompt_is_refused(run, capfd):
    Path("../prompts/x.md").unlink()
    with pytest.raises(SystemExit) as end:
        run("x.png")
    assert end.value.code == 2
    said = capfd.readouterr().err
    assert said.startswith("x.py: ")
    assert said.endswith("prompts/x.md: missing; write it; README.md, `Add a figure`, says how\n")
    assert made() == {}


def test_script_that_hangs_ends_after_two_minutes(run, monkeypatch):
    limits = []
    monkeypatch.setattr(
        faulthandler, "dump_traceback_later", lambda seconds, exit: limits.append((seconds, exit))
    )
    run("x.svg")
    assert limits == [(120, True)]


def test_figure_whose_source_was_saved_is_not_written(run, monkeypatch, capfd):
    monkeypatch.setattr(sources, "saved_since_start", lambda stem: [f"prompts/{stem}.md"])
    with pytest.raises(SystemExit) as end:
        run("x.svg")
    assert end.value.code == 1
    assert capfd.readouterr().err == (
        "x.py: prompts/x.md: saved while the figure was drawn; draw it again; no file was changed\n"
    )
    assert made() == {}


def test_file_that_cannot_be_written_is_named_and_no_other_is_changed(run, capfd):
    Path("b.png").mkdir()
    Path("a.png").write_text("as it was")
    with pytest.raises(SystemExit) as end:
        run("a.png", "b.png")
    assert end.value.code == 1
    assert capfd.readouterr().err == "x.py: b.png: Is a directory; no file was changed\n"
    assert made() == {"a.png": b"as it was"}
