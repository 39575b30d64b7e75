"""Python source as highlighted HTML, readable without JavaScript."""

import re
from functools import cache
from html import escape
from itertools import groupby

import pygments
from markupsafe import Markup
from pygments.lexers.python import PythonLexer
from pygments.token import Comment, Keyword, Name, String, _TokenType

from figurepress.cache import cached

# The HTML element of each kind of token that has a colour. A page has thousands of these elements,
# so they are short and have no class.
_ELEMENTS = ((String.Doc, "i"), (Comment, "i"), (Keyword, "b"), (Name.Decorator, "b"))


def lines(code: str) -> list[str]:
    """The HTML of each line of Python source. Invalid Python causes no error."""
    version = f"highlight {pygments.__version__} {_ELEMENTS}"
    highlighted = cached(version, code.encode(), lambda: _highlight(code).encode())
    return highlighted.decode().split("\n")


def html(highlighted: list[str], first_line: int = 1) -> Markup:
    """A block of highlighted lines. The style sheet numbers them from `first_line`."""
    start = f' style="--start:{first_line}"' if first_line > 1 else ""
    code = "\n".join(highlighted)
    # Browsers drop one line break after <pre>. Without \n here, that would be an empty first line.
    return Markup(f'<pre class="code" tabindex="0"{start}>\n{code}</pre>')


def _highlight(code: str) -> str:
    """The HTML of all lines. Successive tokens of the same colour share an element."""
    code = code.rstrip("\n").replace("\r\n", "\n")
    tokens = PythonLexer(stripnl=False, ensurenl=False).get_tokens(code)
    parts = []
    # Each token is a pair of its kind and its text.
    for element, run in groupby(tokens, lambda token: _element(token[0])):
        content = escape("".join(text for _, text in run), quote=False)
        if element:  # one for each line, so that none spans several lines
            content = re.sub(".+", rf"<{element}>\g<0></{element}>", content)
        parts.append(content)
    return "".join(parts)


@cache
def _element(kind: _TokenType) -> str:
    """The HTML element for a kind of token; "" if it has no colour."""
    for coloured_kind, element in _ELEMENTS:
        if kind in coloured_kind:  # pygments: the same kind, or a subtype of it
            return element
    return ""
