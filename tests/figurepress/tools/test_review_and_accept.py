"""Pictures are reviewed on a separate page and approved one figure at a time."""

import re
from pathlib import Path

import numpy as np
import pytest
from matplotlib.testing.compare import compare_images
from PIL import Image

from figurepress.names import BASELINE
from figurepress.project import approved_pictures, config
from figurepress.project.validated_files import InputError
from figurepress.tools import accept, changed_numbers, review
from tests.figurepress.tools.conftest import save_picture
from tests.support.projects import commit, edit


@pytest.fixture(autouse=True)
def white_pictures(lecture, monkeypatch):
    """All pictures of the sample lecture are white, approved, and keep the rules."""
    monkeypatch.setattr(accept, "_broken_rules", lambda stem: "")
    for stem in ("bars", "waves"):
        for name in (f"{stem}.png", f"{stem}-dark.png"):
            save_picture(Path("figures", name))
            save_picture(BASELINE / name)


def described() -> list[str]:
    """The descriptions of all changed pictures."""
    settings = config.read()
    return [change.describe() for change in approved_pictures.changes(settings.figures, settings)]


def test_other_bytes_for_the_same_pixels_are_no_change():
    Image.open("figures/bars.png").save("figures/bars.png", compress_level=0)
    assert described() == []


def test_change_describes_number_and_place_of_pixels():
    save_picture("figures/bars.png", (3, 7))
    assert described() == ["bars.png: changed, 1 pixel in rows 3 to 3, columns 7 to 7"]


def test_rms_of_a_change_is_that_of_matplotlib(tmp_path):
    save_picture("figures/bars.png", (3, 7))
    (change,) = approved_pictures.changes(["bars"], config.read())
    files = [str(Path(folder, "bars.png")) for folder in (BASELINE, "figures")]
    found = compare_images(*files, tol=0, in_decorator=True)
    assert change.rms == pytest.approx(found["rms"])


def test_picture_of_another_size_is_a_change():
    save_picture("figures/bars.png", size=21)
    assert described() == ["bars.png: changed, size 21 x 21 instead of 20 x 20"]


def test_unapproved_picture_is_new():
    Path("tests/figures/baseline/bars-dark.png").unlink()
    assert described() == ["bars-dark.png: new"]


def advice() -> str:
    """What `make` prints about changed pictures."""
    settings = config.read()
    return approved_pictures.advice(settings.figures, settings)


def test_advice_lists_figures_with_unapproved_pictures():
    Path("tests/figures/baseline/bars-dark.png").unlink()
    save_picture("figures/waves.png", (3, 7))
    assert advice().startswith("pictures that are not approved: bars, waves; run make review")


def test_advice_needs_pictures_and_baseline():
    save_picture("figures/bars.png", (3, 7))
    Path("figures/bars-dark.png").unlink()
    assert advice() == ""


def test_accept_needs_a_figure_or_all():
    for stem in ("bars", "waves"):
        save_picture(f"figures/{stem}.png", (3, 7))
    with pytest.raises(InputError, match="changed: bars, waves; look with `make review`"):
        accept.accept("", all_of_them=False)
    assert len(described()) == 2
    accept.accept("", all_of_them=True)
    assert described() == []


def test_accept_reports_changed_and_unchanged(capsys):
    save_picture("figures/bars.png", (3, 7))
    accept.accept("bars", all_of_them=False)
    assert "figures approved: 1, unchanged: 0" in capsys.readouterr().out
    assert described() == []


def test_accept_of_an_illegible_figure_approves_and_warns(capsys, monkeypatch):
    monkeypatch.setattr(accept, "_broken_rules", lambda stem: f"{stem}: too small")
    save_picture("figures/bars.png", (3, 7))
    assert accept.main(["bars"]) == 1
    assert re.search("bars: too small\n.*\nbars: approved, but", capsys.readouterr().out, re.S)
    assert described() == []


@pytest.mark.parametrize(
    "tool", [lambda: accept.accept("bar", all_of_them=False), lambda: review.review("bar")]
)
def test_unknown_stem_is_rejected(tool):
    with pytest.raises(InputError, match=r"FIGURE: 'bar': no such figure in config.yaml; try bars"):
        tool()


def test_page_shows_approved_new_and_difference():
    save_picture("figures/bars.png", (3, 7))
    review.review("")
    page = review.PAGE.read_text()
    assert re.findall("<h2>(.*)</h2>", page) == ["bars"]
    assert re.findall('alt="([a-z]+)"', page) == ["approved", "new", "difference"]
    assert set(re.findall(r'(?:src|href)="(.{5})', page)) == {"data:"}  # it requests nothing


def test_page_states_that_nothing_changed():
    review.review("")
    assert "All pictures of bars, waves match the approved ones." in review.PAGE.read_text()


def test_numbers_are_computed_with_the_modules_of_the_commit():
    Path("src").mkdir()
    Path("src/course.py").write_text("HEIGHT = 3\n")
    Path("scripts/bars.py").write_text(
        "import course\ndef compute(): return {'file': course.HEIGHT, 'label': None}\n"
    )
    commit(".")
    edit("src/course.py", "3", "7")
    assert changed_numbers.since_last_commit("bars") == [("file", "3", "7", "4")]


def test_page_states_why_numbers_are_not_compared():
    save_picture("figures/bars.png", (3, 7))
    review.review("bars")
    assert "Numbers not compared: no commit" in review.PAGE.read_text()
    Path("scripts/bars.py").write_text("1 / 0")
    commit(".")
    review.review("bars")
    assert "/last-commit/scripts/bars.py: ended with an error: Zero" in review.PAGE.read_text()


def test_different_fields_are_listed():
    old = {"a": np.array(1), "text": np.array(1.0), "nan": np.array([1.0, np.nan])}
    new = {"text": np.array("one"), "nan": np.array([1.0, np.nan]), "b": np.array(2.5)}
    rows = [("a", "1", "none", ""), ("text", "1", "one", ""), ("b", "none", "2.5", "")]
    assert changed_numbers.compare(old, new) == rows
