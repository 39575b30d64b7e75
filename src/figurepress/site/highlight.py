"""Python source as HTML: highlighted, with line numbers, readable without JavaScript."""

from itertools import groupby
from operator import itemgetter

from markupsafe import Markup, escape
from pygments.lexers.python import PythonLexer
from pygments.token import Comment, Keyword, Name, Operator, String, Token, _TokenType

# Few colours: what a reader looks for. Everything else has the colour of the text.
_CLASSES = (
    (Comment, "c"),
    (String, "s"),
    (Keyword, "k"),
    (Operator.Word, "k"),
    (Name.Decorator, "d"),
    (Name.Function, "f"),
    (Name.Class, "f"),
)


def html(code: str, first_line: int = 1) -> Markup:
    """Highlight Python source.

    Parameters
    ----------
    code
        The source. What is not valid Python is shown as text.
    first_line
        The number of its first line.

    Returns
    -------
    Markup
        A ``<pre>`` in which each line is a ``<span>``; style sheets number them.
    """
    lines: list[list[tuple[str, str]]] = [[]]  # of (class, text)
    for token, text in PythonLexer(stripnl=False, ensurenl=False).get_tokens(code.rstrip("\n")):
        for place, part in enumerate(text.split("\n")):
            if place:
                lines.append([])
            if part:
                # A space has no colour, so it need not end a run of one.
                lines[-1].append(
                    (_class(token) if part.strip() or not lines[-1] else lines[-1][-1][0], part)
                )
    body = Markup("\n").join(Markup("<span>{}</span>").format(_line(line)) for line in lines)
    start = (
        Markup(' style="counter-reset: line {}"').format(first_line - 1) if first_line > 1 else ""
    )
    return Markup('<pre class="code" tabindex="0"{}><code>{}</code></pre>').format(start, body)


def _line(parts: list[tuple[str, str]]) -> Markup:
    runs = [(name, "".join(text for _, text in run)) for name, run in groupby(parts, itemgetter(0))]
    return Markup("").join(
        Markup(f"<i class={name}>{escape(text)}</i>") if name else escape(text)
        for name, text in runs
    )


def _class(token: _TokenType) -> str:
    if token is Token.Literal.String.Doc:
        return "c"
    return next((name for kind, name in _CLASSES if token in kind), "")
