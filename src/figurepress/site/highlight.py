"""Python source as HTML: highlighted, with line numbers, readable without JavaScript."""

from functools import cache
from html import escape
from itertools import groupby
from operator import itemgetter

import pygments
from markupsafe import Markup
from pygments.lexers.python import PythonLexer
from pygments.token import Comment, Keyword, Name, Operator, String, _TokenType

from figurepress.site.cache import cached

# Few colours: what a reader looks for. Everything else has the colour of the text.
_CLASSES = (
    (String.Doc, "c"),
    (Comment, "c"),
    (String, "s"),
    (Keyword, "k"),
    (Operator.Word, "k"),
    (Name.Decorator, "d"),
    (Name.Function, "f"),
    (Name.Class, "f"),
)


def lines(code: str) -> list[str]:
    """Highlight Python source. What is not valid Python is shown as text.

    Returns
    -------
    list of str
        The HTML of each line.
    """
    step = f"highlight {pygments.__version__} {_CLASSES}"
    return cached(step, code.encode(), lambda: _highlight(code).encode()).decode().split("\n")


def html(lines: list[str], first_line: int = 1) -> Markup:
    """A ``<pre>`` of highlighted lines; the style sheet numbers them from `first_line`."""
    body = "\n".join(f"<span>{line}</span>" for line in lines)
    start = f' style="counter-reset: line {first_line - 1}"' if first_line > 1 else ""
    return Markup(f'<pre class="code" tabindex="0"{start}><code>{body}</code></pre>')


def _highlight(code: str) -> str:
    text = code.rstrip("\n").replace("\r\n", "\n")
    tokens = PythonLexer(stripnl=False, ensurenl=False).get_tokens(text)
    parts = []
    for name, run in groupby(((_class(token), part) for token, part in tokens), itemgetter(0)):
        content = escape("".join(part for _, part in run), quote=False)
        parts.append(_mark(name, content) if name else content)
    return "".join(parts)


def _mark(name: str, content: str) -> str:
    """Mark each line of a run of text: an element does not cross lines."""
    return "\n".join(f"<i class={name}>{line}</i>" if line else "" for line in content.split("\n"))


@cache
def _class(token: _TokenType) -> str:
    return next((name for kind, name in _CLASSES if token in kind), "")
