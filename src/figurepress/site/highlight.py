"""Python source as highlighted HTML, readable without JavaScript."""

from functools import cache
from html import escape
from itertools import groupby
from operator import itemgetter

import pygments
from markupsafe import Markup
from pygments.lexers.python import PythonLexer
from pygments.token import Comment, Keyword, Name, String, _TokenType

from figurepress.cache import cached

# Only a few kinds of tokens have a colour. The elements are short and have no class, because a
# page of 17 figures has thousands of them.
_ELEMENTS = (
    (String.Doc, "i"),
    (Comment, "i"),
    (Keyword, "b"),
    (Name.Decorator, "b"),
)


def lines(code: str) -> list[str]:
    """Highlight Python source. Invalid Python is shown as plain text.

    Returns
    -------
    list of str
        The HTML of each line.
    """
    step = f"highlight {pygments.__version__} {_ELEMENTS}"
    return cached(step, code.encode(), lambda: _highlight(code).encode()).decode().split("\n")


def html(lines: list[str], first_line: int = 1) -> Markup:
    """A block of highlighted lines. The style sheet numbers them from `first_line`."""
    start = f' style="--start:{first_line}"' if first_line > 1 else ""
    code = "\n".join(lines)
    # A browser drops a line break at the start of a block.
    return Markup(f'<pre class="code" tabindex="0"{start}>\n{code}</pre>')


def _highlight(code: str) -> str:
    text = code.rstrip("\n").replace("\r\n", "\n")
    tokens = PythonLexer(stripnl=False, ensurenl=False).get_tokens(text)
    parts = []
    for name, run in groupby(((_element(token), part) for token, part in tokens), itemgetter(0)):
        content = escape("".join(part for _, part in run), quote=False)
        parts.append(_mark(name, content) if name else content)
    return "".join(parts)


def _mark(name: str, content: str) -> str:
    """Mark each line of a text separately, so that no element spans several lines."""
    return "\n".join(f"<{name}>{line}</{name}>" if line else "" for line in content.split("\n"))


@cache
def _element(token: _TokenType) -> str:
    return next((name for kind, name in _ELEMENTS if token in kind), "")
