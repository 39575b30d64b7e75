"""The fonts of the page: the fonts of the figures, reduced to the letters on the page."""

import base64
import re
import unicodedata
from dataclasses import dataclass
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


def _plain_letter(italic: str) -> str:
    """The plain form of a mathematical italic letter: x for U+1D465."""
    # Unicode has a decomposition such as "<font> 0078", with the code of x.
    code = unicodedata.decomposition(italic).removeprefix("<font> ")
    return chr(int(code, 16))


# The mathematical italic letters, Latin and Greek, with which browsers show variables: U+1D465 for
# x. There is no U+1D455, because the italic h is U+210E.
_ITALIC_CODES = {0x210E, *range(0x1D434, 0x1D468), *range(0x1D6FC, 0x1D71C)} - {0x1D455}
_ITALIC = {_plain_letter(chr(code)): chr(code) for code in _ITALIC_CODES}
# How low subscripts are, in 1/1000 em. The shift is that of TeX's Computer Modern; that of STIX Two
# Math is larger. The drop is negative, so that the tail of a y does not push its subscript down.
_SUBSCRIPTS = {"SubscriptShiftDown": 150, "SubscriptBaselineDropMin": -100}


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
    """The ``@font-face`` rules for a page.

    Each font has the characters of the elements that use it, and ASCII, for what JavaScript adds.
    """
    ascii = set(map(chr, range(0x20, 0x7F)))
    return "\n".join(_rule(face, ascii | _letters(face.elements, html)) for face in FACES) + "\n"


def _letters(elements: str, html: str) -> set[str]:
    """All characters in these elements of a page."""
    # If `elements` is "em|b", this finds <em>...</em> and <b>...</b>.
    element = rf"(?s)<(?P<tag>{elements})\b[^>]*>(?P<content>.*?)</(?P=tag)>"
    contents = {found["content"] for found in re.finditer(element, html)}
    without_tags = re.sub(r"<[^>]*>", "", "".join(contents))
    return set(unescape(without_tags))


def _rule(face: Face, letters: set[str]) -> str:
    """The ``@font-face`` rule of a font, with these letters of the font as WOFF2."""
    version = f"font {fontTools.version} {face} {_SUBSCRIPTS}"
    source = "".join(sorted(letters)).encode() + Path(face.file).read_bytes()
    data = base64.b64encode(cached(version, source, lambda: _woff2(face, letters))).decode()
    declarations = [
        f'font-family: "{face.family}"',
        f"font-weight: {face.weight}",
        f"font-style: {face.style}",
        f"src: url(data:font/woff2;base64,{data})",
    ]
    if face.is_italic_of_formulas:
        declarations.append("unicode-range: U+210E, U+1D434-1D467")  # no Greek: STIX has it
    return f"@font-face {{ {'; '.join(declarations)} }}"


def _woff2(face: Face, letters: set[str]) -> bytes:
    """A font as WOFF2, reduced to these letters and, for formulas, their italic forms."""
    font = TTFont(face.file, recalcTimestamp=False, lazy=True)
    codes = {ord(letter) for letter in letters}
    if face.family == "Formulas":
        # Browsers draw signs that are not in the HTML: √ for <msqrt>, and 𝑥 for <mi>x</mi>.
        codes.add(ord("√"))
        codes |= {ord(_ITALIC[letter]) for letter in letters & _ITALIC.keys()}
    if face.is_italic_of_formulas:
        _move_letters_to_italic(font)
    elif face.family == "Formulas":
        for name, value in _SUBSCRIPTS.items():
            getattr(font["MATH"].table.MathConstants, name).Value = value
    options = Options(
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
    """Give the Latin letters of an italic font the codes that browsers use for variables."""
    glyphs = font.getBestCmap()
    table = CmapSubtable.newSubtable(12)  # the format for codes above U+FFFF
    table.platformID = 3  # the Windows platform, whose tables all browsers read
    table.platEncID = 10  # all of Unicode
    table.language = 0
    latin = {letter: italic for letter, italic in _ITALIC.items() if letter.isascii()}
    table.cmap = {ord(italic): glyphs[ord(letter)] for letter, italic in latin.items()}
    font["cmap"].tables = [table]
