"""Convert Markdown to HTML: captions, descriptions, claims and prompts, with formulas."""

import re
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin

from figurepress.project import prompts
from figurepress.project.validation import InputError
from figurepress.site.formulas import mathml


def html(text: str, file: str, key: str = "caption") -> str:
    """Markdown with ``$...$`` and ``$$...$$`` formulas as HTML. HTML tags are escaped.

    Parameters
    ----------
    text
        The Markdown.
    file, key
        The prompt and the key of the text, for error messages.

    Raises
    ------
    InputError
        If a formula cannot be typeset; the message has the prompt, the key and the formula.
    """
    try:
        return str(_markdown().render(text)).strip()
    except InputError as error:
        raise InputError(f"{file}: {key}: {error}") from None


def inline(text: str, file: str, key: str) -> str:
    """Like `html`, but without the paragraph around it: for a title or a single sentence."""
    return html(text, file, key).removeprefix("<p>").removesuffix("</p>")


def latex(text: str) -> str:
    """Markdown with formulas as LaTeX, for a caption to paste into a document."""
    paragraphs = [block for block in _markdown().parse(text) if block.type == "inline"]
    return "\n\n".join("".join(map(_latex, block.children or ())) for block in paragraphs)


def markdown_image(alt: str, address: str) -> str:
    """An image in Markdown; brackets and backslashes in its text are escaped."""
    text = re.sub(r"([\\\[\]])", r"\\\1", " ".join(alt.split()))
    return f"![{text}]({address})"


def check(stems: Iterable[str]) -> None:
    """Check that all formulas in the texts of these figures can be typeset.

    Raises
    ------
    InputError
        With one line for each text that has a wrong formula.
    """
    errors = []
    for stem in stems:
        file = f"prompts/{stem}.md"
        prompt = prompts.read(Path(file))
        texts = {"caption": prompt.caption, "description": prompt.description}
        texts |= {f"claims.{id}": claim for id, claim in prompt.claims.items()}
        for key, text in (texts | {"body": prompt.body}).items():
            try:
                html(text, file, key)
            except InputError as error:
                errors.append(str(error))
    if errors:
        raise InputError("\n".join(errors))


@cache
def _markdown() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    markdown.use(
        dollarmath_plugin,
        allow_labels=False,
        allow_blank_lines=False,
        double_inline=True,
    )
    markdown.add_render_rule("math_inline", _inline_formula)
    markdown.add_render_rule("math_inline_double", _display_formula)
    markdown.add_render_rule("math_block", _display_formula)
    # This must run before \$ becomes a plain $.
    markdown.core.ruler.before("text_join", "unpaired_dollar", _refuse_unpaired_dollar)
    return markdown


def _inline_formula(renderer: object, tokens: Sequence[Token], place: int, *_: object) -> str:
    return mathml(tokens[place].content.strip())


def _display_formula(renderer: object, tokens: Sequence[Token], place: int, *_: object) -> str:
    return mathml(tokens[place].content.strip(), display=True)


def _refuse_unpaired_dollar(state: StateCore) -> None:
    for block in state.tokens:
        for token in block.children or ():
            if token.type == "text" and "$" in token.content:
                raise InputError(
                    f"{token.content!r}: unpaired $; close the formula, or write \\$ for the sign"
                )


_LATEX = {
    "em_open": r"\emph{",
    "strong_open": r"\textbf{",
    "em_close": "}",
    "strong_close": "}",
    "softbreak": "\n",
    "hardbreak": r"\\" + "\n",
}
_ESCAPES = str.maketrans(
    {letter: rf"\{letter}" for letter in "&%$#_{}"}
    | {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
)


def _latex(token: Token) -> str:
    if token.type == "math_inline":
        return f"${token.content}$"
    if token.type == "math_inline_double":
        return rf"\[{token.content}\]"
    content = token.content.translate(_ESCAPES)
    if token.type == "code_inline":
        return rf"\texttt{{{content}}}"
    return _LATEX.get(token.type, content)
