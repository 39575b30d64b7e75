"""Each LaTeX command is typeset as in LaTeX, or rejected with a message."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

from figurepress.project.validated_files import InputError
from figurepress.site import formulas
from figurepress.site.formulas import mathml

# Each line has a formula and what its MathML must show, in the notation of `shape`.
TABLE = [
    line.split("  ->  ")
    for line in Path(__file__).with_name("formulas.txt").read_text("utf-8").splitlines()
]
# Function application, invisible separator and variation selectors; for str.translate.
INVISIBLE = dict.fromkeys(map(ord, "\u2061\u2063\ufe00\ufe01"))


def parsed(element: str) -> ElementTree.Element:
    """MathML as a tree. XML does not know the name of the sign for function application."""
    return ElementTree.fromstring(element.replace("&ApplyFunction;", "\u2061"))


def shape(element: ElementTree.Element) -> str:
    """The signs of a MathML element in order, with elements written as calls: ``frac(1, 2)``."""
    if element.tag in ("mi", "mn", "mo"):
        return "".join(element.itertext()).translate(INVISIBLE)
    if element.tag == "mtext":
        return repr("".join(element.itertext()))
    children = [shape(child) for child in element]
    if element.tag in ("math", "mrow", "mpadded", "mphantom", "mspace"):
        return " ".join(child for child in children if child)
    return f"{element.tag.removeprefix('m')}({', '.join(children)})"


@pytest.mark.parametrize(("formula", "expected"), TABLE, ids=lambda text: text)
def test_formula_is_converted(formula, expected):
    assert shape(parsed(mathml(formula))) == expected


def test_table_has_every_command():
    shown = {command for formula, _ in TABLE for command in formulas._TOKEN.findall(formula)}
    assert formulas.COMMANDS - shown == set()
    assert len(TABLE) >= 150


def test_limits_are_below_the_operator_in_display():
    assert shape(parsed(mathml(r"\lim_{x} f", display=True))) == "under(lim, x) f"


def test_unary_minus_has_no_space():
    assert '<mo lspace="0" rspace="0">−</mo><mn>1</mn>' in mathml("[-1, 1]")
    assert "<mo>−</mo>" in mathml("x - 1")


def test_html_special_characters_are_escaped():
    assert "<script" not in mathml("<script>")
    assert "<b>" not in mathml(r"\text{<b>}")


@pytest.mark.parametrize(
    ("formula", "reason"),
    [
        (r"\aprox", r"command \aprox is not supported"),
        (r"\href{javascript:alert(1)}{x}", r"command \href is not supported"),
        (r"\mbox{a}", r"command \mbox is not supported; write \text instead"),
        (r"\begin{matrx} x \end{matrx}", "environment 'matrx' is not supported"),
        (r"\frac{1}{2", "not valid LaTeX"),
        (r"\frac{1}", "not valid LaTeX: Expected argument"),
        ("x^2^3", "not valid LaTeX: Duplicate subscript or superscript"),
        (r"\left( x", "not valid LaTeX"),
        ("a & b", 'not valid LaTeX: Found "&"'),
        ("50% x", r"% starts a comment; write \%"),
        (r"a \\% b", r"% starts a comment; write \%"),
        (r"a \\ b", r"\\ breaks lines in an environment only"),
        (r"\text{50\% of}", r"\text may contain only plain words"),
        (r"\text{if $x$}", r"\text may contain only plain words"),
        (r"\not\star", r"\not is not supported for the sign"),
    ],
)
def test_bad_formula_is_rejected_in_one_line(formula, reason):
    with pytest.raises(InputError) as caught:
        mathml(formula)
    assert str(caught.value).startswith(f"${formula}$: {reason}")
    assert "\n" not in str(caught.value)
