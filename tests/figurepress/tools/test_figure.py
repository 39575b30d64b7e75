"""A figure is created, renamed and removed with all its files."""

import re
from pathlib import Path

import pytest

from figurepress.build import experiments
from figurepress.names import NUMBERS
from figurepress.project import config, prompts
from figurepress.project.validated_files import InputError
from figurepress.tools import figure
from tests.support.projects import edit


def files_of(stem: str) -> set[str]:
    """The files below the working directory whose name contains a stem, except hidden ones."""
    pattern = rf"(test_)?{stem}(-dark)?\.\w+"
    found = (file for file in Path().rglob("*") if re.fullmatch(pattern, file.name))
    return {str(file) for file in found if not file.parts[0].startswith(".")}


def pretend_built(stem: str) -> None:
    """Write some of the files that a build of a figure writes, and an approved picture."""
    for name in (f"figures/{stem}.svg", f"figures/{stem}-dark.png", NUMBERS.format(stem)):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text("built")
    Path("tests/figures/baseline").mkdir()
    Path(f"tests/figures/baseline/{stem}.png").write_text("approved")


def test_new_figure_has_prompt_script_test_and_entry(lecture):
    figure.new("lines")
    assert config.read().figures == ["bars", "waves", "lines"]
    assert files_of("lines") == {
        "prompts/lines.md",
        "scripts/lines.py",
        "tests/figures/test_lines.py",
    }
    assert set(prompts.read("lines").claims) == {"proportional"}
    assert 'image_test("lines")' in Path("tests/figures/test_lines.py").read_text()


def test_comments_and_quotes_are_kept(lecture):
    text = '# mine\nfigures:\n  - bars # one\n  - waves\nsections:\n  "1": Basics\n'
    text += "formats: [svg]\nthemes: [light]\ndpi: 100\n"
    Path("config.yaml").write_text(text)
    figure.new("lines")
    assert Path("config.yaml").read_text() == text.replace("- waves\n", "- waves\n  - lines\n")


@pytest.mark.parametrize("stem", ["bars", "Lines", ""])
def test_new_rejects_a_wrong_stem(lecture, stem):
    with pytest.raises(InputError, match=r"^FIGURE: "):
        figure.new(stem)
    assert config.read().figures == ["bars", "waves"]


def test_new_never_overwrites_files(lecture):
    Path("prompts/lines.md").write_text("mine")
    with pytest.raises(InputError, match=r"prompts/lines\.md exists; move it away"):
        figure.new("lines")
    assert Path("prompts/lines.md").read_text() == "mine"


def test_rename_leaves_no_old_file(lecture):
    pretend_built("bars")
    figure.rename("bars", "columns")
    assert config.read().figures == ["columns", "waves"]
    assert files_of("bars") == set()
    assert files_of("columns") == {
        "prompts/columns.md",
        "scripts/columns.py",
        "tests/figures/test_columns.py",
        "tests/figures/baseline/columns.png",
    }


def test_rename_also_renames_the_experiment(lecture):
    figure.rename("waves", "ripples")
    assert {"experiments/ripples.py", "data/ripples.npz"} <= files_of("ripples")
    assert prompts.read("ripples").needs == ["data/ripples.npz"]
    assert files_of("waves") == set()
    assert experiments.stale(["ripples"]) == []


def test_rename_keeps_a_stem_that_is_a_common_word(lecture):
    Path("scripts/bars.py").write_text("bars = draw('bars')\nbars.sort()  # the three bars\n")
    figure.rename("bars", "columns")
    text = Path("scripts/columns.py").read_text()
    assert text == "bars = draw('columns')\nbars.sort()  # the three bars\n"
    assert prompts.read("columns").caption == "Some bars, with $x^2$."


REFERENCES = {
    "README.md": "The figure `bars`\n",
    "docs/notes.md": "![](figures/bars.png)\n",
    "scripts/waves_slide.py": "from bars import compute\n",
}


def test_rename_lists_remaining_references(lecture, capsys):
    for file, text in REFERENCES.items():
        Path(file).parent.mkdir(parents=True, exist_ok=True)
        Path(file).write_text(f"\n{text}")  # on line 2
    figure.rename("bars", "columns")
    printed = capsys.readouterr().out
    for file in REFERENCES:
        assert f"{file}:2: mentions bars; change it\n" in printed


def test_similar_words_are_not_reported_as_references(lecture, capsys):
    Path("README.md").write_text("It has bars, and iron-bars.\n`bars_slide`\n")
    Path("figures/notes.md").write_text("`bars`\n")
    figure.remove("bars")
    assert "mentions" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("old", "new", "argument"), [("bar", "rays", "FROM: 'bar'"), ("bars", "waves", "TO: 'waves'")]
)
def test_rename_reports_the_wrong_argument(lecture, old, new, argument):
    with pytest.raises(InputError, match=f"^{argument}: "):
        figure.rename(old, new)
    assert config.read().figures == ["bars", "waves"]


def test_removed_figure_is_kept_elsewhere(lecture):
    pretend_built("bars")
    script = Path("scripts/bars.py").read_text()
    figure.remove("bars")
    assert config.read().figures == ["waves"]
    assert files_of("bars") == set()
    assert not Path(NUMBERS.format("bars")).exists()
    assert (figure.REMOVED / "bars/scripts/bars.py").read_text() == script


def test_data_that_only_the_removed_figure_needs_is_listed(lecture, capsys):
    for file in ("data/rain.csv", "data/shared.csv"):
        Path(file).touch()
    edit("prompts/bars.md", "claims:", "needs: [data/rain.csv, data/shared.csv]\nclaims:")
    edit("prompts/waves.md", "data/waves.npz", "data/waves.npz, data/shared.csv")
    figure.remove("bars")
    listed = re.findall("(.*): no other figure needs it; delete it", capsys.readouterr().out)
    assert listed == ["data/rain.csv"]


def test_figure_removed_earlier_is_kept_too(lecture):
    for title in ("first", "second"):
        figure.new("columns")
        Path("scripts/columns.py").write_text(title)
        figure.remove("columns")
    kept = sorted(figure.REMOVED.glob("columns*/scripts/columns.py"))
    assert [file.read_text() for file in kept] == ["first", "second"]


def test_experiment_of_a_removed_figure_is_kept(lecture):
    figure.remove("waves")
    assert (figure.REMOVED / "waves/data/waves.npz").exists()
    assert not Path("experiments/waves.py").exists()


def test_experiment_that_another_figure_needs_stays(lecture, capsys):
    edit("prompts/bars.md", "claims:", "needs: [data/waves.npz]\nclaims:")
    figure.remove("waves")
    assert files_of("waves") == {"experiments/waves.py", "data/waves.npz"}
    assert "mentions" not in capsys.readouterr().out


def test_last_figure_cannot_be_removed(lecture):
    figure.remove("bars")
    with pytest.raises(InputError, match="FIGURE: 'waves': the only figure"):
        figure.remove("waves")
