"""A caption as HTML: its Markdown rendered, its formulas typeset as MathML."""

import re
from collections.abc import Iterable
from pathlib import Path
from xml.etree import ElementTree

from figurepress.project import prompts
from figurepress.project.validation import InputError

from latex2mathml.commands import MATRICES
from latex2mathml.converter import convert
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from mdit_py_plugins.dollarmath import dollarmath_plugin

# What latex2mathml makes of a command that lacks an argument has too few children.
CHILDREN = dict.fromkeys(("mfrac", "mroot", "msub", "msup", "munder", "mover"), 2)
CHILDREN |= dict.fromkeys(("msubsup", "munderover"), 3)

# Where browsers, left to MathML's own rules, would set a formula otherwise than TeX does.
AS_IN_TEX = {
    # the letters of \mathrm{loss} are a word, set and read aloud as one
    r'(?<=<mi mathvariant="normal">\w)</mi><mi mathvariant="normal">(?=\w<)': "",
    # no gap round a bar or a slash
    r"<mo([^>]*)>(&#x0007C;|&#x0002F;)</mo>": r'<mo\1 lspace="0" rspace="0">\2</mo>',
    # none between a sign and its number: the sign follows another that closes no bracket
    r"(<mo[^>]*>(?!&#x0007C;|&#x00029;|\]|&#x0007D;|&#x02016;)[^<]+</mo>)"
    r"<mo>(&#x02212;|&#x0002B;)</mo>": r'\1<mo form="prefix">\2</mo>',
    # none round the name of a function
    r"<mo>([a-z]+)</mo>": r"<mi>\1</mi>",
    # capital Greek letters, and single letters of \mathrm, are upright
    r"<mi>(&#x00(?:0[4-7]|3[9A])[0-9A-F];)</mi>": r'<mi mathvariant="normal">\1</mi>',
}


def html(caption: str, file: str) -> str:
    """A caption of the prompt ``file`` as HTML.

    Raises:
        InputError: names the prompt and the formula that cannot be typeset.
    """
    try:
        return _markdown.render(caption).strip()
    except InputError as fault:
        raise InputError(f"{file}: caption: {fault}") from None


def check(folder: Path, stems: Iterable[str]) -> None:
    """Look at the captions of these figures, whose prompts are in ``folder``.

    Raises:
        InputError: a line for each caption with a formula that cannot be typeset.
    """
    found = []
    for stem in stems:
        try:
            html(prompts.read(folder / f"{stem}.md").caption, f"prompts/{stem}.md")
        except InputError as fault:
            found.append(str(fault))
    if found:
        raise InputError("\n".join(found))


def mathml(formula: str, display: str = "inline") -> str:
    """A LaTeX formula as a MathML element.

    The library passes over most faults in silence, so its input and its output
    are looked at.

    Raises:
        InputError: names the formula and its fault.
    """

    def fault(what: str) -> InputError:
        return InputError(f"${formula}$: {what}")

    if re.search(r"(?<!\\)%", formula):
        raise fault(r"% would hide what follows it; write \%")
    braces = re.sub(r"\\.|[^{}]", "", formula, flags=re.S)
    while "{}" in braces:
        braces = braces.replace("{}", "")
    if braces:
        raise fault(f"{braces[0]!r} without its counterpart; balance the braces")
    for name in re.findall(r"\\begin\s*{(.*?)}", formula):
        if rf"\{name}" not in MATRICES:
            raise fault(f"unknown environment {name!r}; use another")
    # A thin space between a function and an argument without parentheses, as in TeX.
    spaced = re.sub(r"(\\(?:log|exp|max|min))\s+(?=\w)", r"\1\\,", formula)
    try:
        math = convert(spaced, display=display)
        elements = list(ElementTree.fromstring(math).iter())
    except ElementTree.ParseError:
        raise fault("& stands outside a matrix; remove it") from None
    except Exception as error:  # the library's errors share no class, and only their names speak
        words = re.findall("[A-Z][a-z]+", type(error).__name__.removesuffix("Error"))
        raise fault(f"not valid LaTeX ({' '.join(words).lower()}); mend it") from None
    for element in elements:
        if unknown := re.search(r"\\\S+", element.text or ""):
            raise fault(f"unknown command {unknown[0]}; use another")
        tag = element.tag.partition("}")[2]
        if len(element) != CHILDREN.get(tag, len(element)):
            raise fault(f"a command lacks an argument ({tag}); add it")
    for pattern, replacement in AS_IN_TEX.items():
        math = re.sub(pattern, replacement, math)
    return math


def _no_stray_dollar(state: StateCore) -> None:
    for block in state.tokens:
        for token in block.children or ():
            if token.type == "text" and "$" in token.content:
                raise InputError(
                    f"{token.content!r}: a $ without its counterpart; close the formula, "
                    r"or write \$ for the sign"
                )


_markdown = MarkdownIt("commonmark", {"html": False})
_markdown.use(
    dollarmath_plugin,
    allow_labels=False,
    renderer=lambda formula, options: mathml(
        formula, "block" if options["display_mode"] else "inline"
    ),
)
# Before escaped signs, \$ among them, become text like any other.
_markdown.core.ruler.before("text_join", "no_stray_dollar", _no_stray_dollar)
