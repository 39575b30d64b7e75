"""The fonts of the page are small, complete for the page, and have the same bytes each time."""

import base64
import re
from io import BytesIO

import pytest
from fontTools.ttLib import TTFont

from figurepress.site import fonts
from figurepress.site.formulas import mathml
from tests.support.projects import ROOT

FORMULA = mathml(r"w \theta + \sqrt{2}")
PAGE = f"<body>Ä ⊤ <em>é</em><code>x_1 ≤</code>{FORMULA}</body>"


@pytest.fixture(scope="module")
def css(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("lecture"))
        yield fonts.css(PAGE)


@pytest.fixture(scope="module")
def loaded(css):
    return load(css)


def load(css: str) -> list[tuple[str, TTFont]]:
    """The beginning of each rule, such as ``@font-face { font-family: ...``, with its font."""
    rules = re.findall(r"(@font-face.*?)url\(data:font/woff2;base64,(.*?)\)", css)
    return [(beginning, TTFont(BytesIO(base64.b64decode(data)))) for beginning, data in rules]


def glyphs(loaded, text: str) -> set[str]:
    """All letters of the fonts whose rules contain a text."""
    return {chr(code) for rule, font in loaded if text in rule for code in font.getBestCmap()}


@pytest.mark.parametrize(
    ("rule", "letters"),
    [
        ('"Source Sans"; font-weight: 400; font-style: normal', "aÄ"),
        ("font-style: italic", "é"),
        ("Source Code", "x_1"),
        ("Formulas", "𝑤𝜃√+⊤≤"),
    ],
)
def test_font_has_the_letters_that_it_shows(loaded, rule, letters):
    assert set(letters) <= glyphs(loaded, rule)


def test_font_has_few_other_letters(loaded):
    assert len(glyphs(loaded, "Source Code")) < 100  # 95 are ASCII


def test_variables_are_in_the_italic_of_the_figures(loaded, css):
    (serif,) = [font for _, font in loaded if "Serif" in font["name"].getDebugName(1)]
    assert ord("𝑤") in serif.getBestCmap()
    assert "unicode-range: U+210E, U+1D434-1D467" in css


def test_subscripts_are_as_high_as_in_tex(loaded):
    (font,) = [font for rule, font in loaded if "Formulas" in rule and "MATH" in font]
    assert font["MATH"].table.MathConstants.SubscriptShiftDown.Value == 150


def test_fonts_are_deterministic(css, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # a folder without cached fonts
    assert fonts.css(PAGE) == css


def test_font_files_are_small(css):
    assert len(css) < 90_000


@pytest.mark.slow
def test_fonts_have_all_letters_of_this_lecture():
    figures = ROOT / "figures"
    html = (figures / "index.html").read_text() + (figures / "tests.html").read_text()
    letters = {letter for letter in fonts._letters("body", html) if letter.isprintable()}
    in_any_font = glyphs(load((figures / "fonts.css").read_text()), "@font-face")
    assert letters - in_any_font == set()
