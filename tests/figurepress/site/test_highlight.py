"""Highlighting keeps the text, and uses few colours."""

import re
from html import unescape

import pytest

from figurepress.site import highlight

CODE = (
    'import numpy as np\n\n\n@cache\ndef f(x):\n    """Two\n\n    lines."""\n    return "<b>" # &\n'
)


@pytest.fixture(autouse=True)
def _folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def text(html: str) -> str:
    """The text that a browser shows."""
    return unescape(re.sub(r"<[^>]*>", "", html))


@pytest.mark.parametrize("code", [CODE, "def (", "", "x = '''\na", "a\r\nb", "é = '≤'"])
def test_highlighting_keeps_the_text(code):
    lines = highlight.lines(code)
    assert [text(line) for line in lines] == code.rstrip("\n").replace("\r\n", "\n").split("\n")


def test_no_element_crosses_a_line():
    for line in highlight.lines(CODE):
        assert line.count("<") == 2 * line.count("</")  # each line ends the elements that it begins


@pytest.mark.parametrize(
    ("element", "part"),
    [("b", "import"), ("b", "@cache"), ("i", '"""Two')],
)
def test_token_has_its_colour(element, part):
    marked = re.findall(rf"<{element}>(.*?)</{element}>", "\n".join(highlight.lines(CODE)))
    assert part in [unescape(code).strip() for code in marked]


def test_line_numbers_begin_at_the_given_line():
    assert "--start" not in highlight.html(["a"])
    assert "--start:42" in highlight.html(["a"], first_line=42)
