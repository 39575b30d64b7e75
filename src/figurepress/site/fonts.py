"""The fonts of the page: the fonts of the figures, reduced to the letters on the page."""

import base64
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from html import unescape
from io import BytesIO
from pathlib import Path

import font_source_sans_pro
import font_source_serif_pro
import fontTools
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._c_m_a_p import CmapSubtable

from figurepress.cache import cached

_SANS = font_source_sans_pro.font_files_ttf
_SERIF = font_source_serif_pro.font_files_ttf
_FOLDER = Path(__file__).with_name("fonts")
# Browsers show the variable x as the mathematical italic letter U+1D465.
_ITALIC = {
    chr(int(unicodedata.decomposition(chr(code)).removeprefix("<font> "), 16)): chr(code)
    for code in (0x210E, *range(0x1D434, 0x1D468), *range(0x1D6FC, 0x1D71C))
    if unicodedata.category(chr(code)) != "Cn"
}
# In 1/1000 em. The shift is that of TeX's Computer Modern; the font's own subscripts hang lower.
# The drop, from the bottom of the base, is negative, because the tail of a y would lower its index.
_SUBSCRIPTS = {"SubscriptShiftDown": 150, "SubscriptBaselineDropMin": -100}
_LATIN = {letter: sign for letter, sign in _ITALIC.items() if letter.isascii()}


@dataclass(frozen=True)
class Face:
    """A font of the page: its file, and its family, weight and style in CSS."""

    family: str
    file: str | Path
    elements: str  # HTML elements that use it, as a regular expression
    weight: int = 400
    style: str = "normal"
    is_italic_of_formulas: bool = False


FACES = (
    Face("Source Sans", _SANS["SourceSansPro"], "body"),
    Face("Source Sans", _SANS["SourceSansProSemibold"], "h[1-4]|b|th|strong|nav", weight=600),
    Face("Source Sans", _SANS["SourceSansProIt"], "em", style="italic"),
    Face("Source Code", _FOLDER / "SourceCodePro.woff2", "code|pre"),
    Face("Formulas", _FOLDER / "STIXTwoMath.woff2", "body"),  # also for ⊤ and ≤ in text and code
    # Variables have the same italic as in the figures.
    Face("Formulas", _SERIF["SourceSerifProIt"], "math", is_italic_of_formulas=True),
)


def css(html: str) -> str:
    """The ``@font-face`` rules for a page, each with its font as WOFF2.

    Parameters
    ----------
    html
        The page. A font contains the letters of the elements that use it.
    """
    plain = set(map(chr, range(0x20, 0x7F)))
    return "\n".join(_rule(face, plain | _letters(face.elements, html)) for face in FACES) + "\n"


@cache  # cached, because two fonts have the same elements, and a page can have megabytes
def _letters(elements: str, html: str) -> set[str]:
    """All characters in these elements of a page."""
    found = re.findall(rf"(?s)<({elements})\b[^>]*>(.*?)</\1>", html)
    return set(unescape(re.sub(r"<[^>]*>", "", "".join({text for _, text in found}))))


def _rule(face: Face, letters: set[str]) -> str:
    step = f"font {fontTools.version} {face} {_SUBSCRIPTS}"
    text = "".join(sorted(letters))
    data = base64.b64encode(cached(step, text.encode(), lambda: _woff2(face, letters))).decode()
    parts = [
        f'font-family: "{face.family}"',
        f"font-weight: {face.weight}",
        f"font-style: {face.style}",
        f"src: url(data:font/woff2;base64,{data})",
    ]
    if face.is_italic_of_formulas:
        parts.append("unicode-range: U+210E, U+1D434-1D467")
    return f"@font-face {{ {'; '.join(parts)} }}"


def _woff2(face: Face, letters: set[str]) -> bytes:
    font = TTFont(face.file, recalcTimestamp=False, lazy=True)
    codes = {ord(letter) for letter in letters}
    if face.family == "Formulas":
        codes.add(ord("√"))  # browsers draw it for <msqrt>
        codes |= {ord(_ITALIC[letter]) for letter in letters & _ITALIC.keys()}
    if face.is_italic_of_formulas:
        _move_letters_to_italic(font)
    elif face.family == "Formulas":
        for name, value in _SUBSCRIPTS.items():
            getattr(font["MATH"].table.MathConstants, name).Value = value
    options = Options(
        flavor="woff2",
        layout_features=["kern", "liga", "mark", "mkmk", "ccmp", "ssty", "tnum"],
        hinting=False,
        name_IDs=[0, 1, 2, 13, 14],  # the licence stays in the font
        notdef_outline=True,
    )
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=codes)
    subsetter.subset(font)
    font.flavor = "woff2"
    content = BytesIO()
    font.save(content)
    return content.getvalue()


def _move_letters_to_italic(font: TTFont) -> None:
    """Give the letters of an italic font the codes of mathematical italic letters."""
    glyphs = font.getBestCmap()
    table = CmapSubtable.newSubtable(12)
    table.platformID, table.platEncID, table.language = 3, 10, 0
    table.cmap = {ord(sign): glyphs[ord(letter)] for letter, sign in _LATIN.items()}
    font["cmap"].tables = [table]
