"""Convert Markdown to HTML: captions, descriptions, claims and prompts, with formulas."""

import re
from collections.abc import Iterable, Sequence
from functools import cache
from html import escape, unescape
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin

from figurepress.cache import cached
from figurepress.project import prompts, sources
from figurepress.project.validated_files import InputError
from figurepress.site import formulas
from figurepress.site.formulas import mathml

# Browsers break lines between a formula and the comma after it.
_BEFORE_PUNCTUATION = re.compile(r"<math(?:(?!</math>|display=).)*</math>[-,.;:!?)’']+", re.S)


def html(text: str, file: str, key: str = "caption") -> str:
    """Markdown with ``$...$`` and ``$$...$$`` formulas as HTML. HTML tags are escaped.

    Quotation marks become typographic and 6 × 6 stays on one line, except in the body of a prompt,
    which quotes exact words.

    Links to files become plain text, because a page can be published without these files.

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
        step = f"{_step()} {key == 'body'}"
        return cached(step, text.encode(), lambda: _render(text, key != "body").encode()).decode()
    except InputError as error:
        raise InputError(f"{file}: {key}: {error}") from None


def inline(text: str, file: str, key: str) -> str:
    """Like `html`, but without the paragraph around it: for a title or a single sentence."""
    return html(text, file, key).removeprefix("<p>").removesuffix("</p>")


def typographic(title: str) -> str:
    """A title, which is plain text, with typographic quotation marks."""
    return unescape(str(_plain().renderInline(title)))


def markdown_image(alt: str, address: str) -> str:
    """An image in Markdown; special characters in its text are escaped."""
    text = re.sub(r"([\\\[\]])", r"\\\1", " ".join(alt.split())).replace("<", "&lt;")
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
        prompt = prompts.read(stem)
        texts = {"caption": prompt.caption, "description": prompt.description}
        texts |= {f"claims.{id}": claim for id, claim in prompt.claims.items()}
        for key, text in (texts | {"body": prompt.body}).items():
            try:
                html(text, file, key)
            except InputError as error:
                errors.append(str(error))
    if errors:
        raise InputError("\n".join(errors))


def _render(text: str, typographic_quotes: bool) -> str:
    rendered = str(_markdown(typographic_quotes).render(text)).strip()
    if typographic_quotes:
        rendered = re.sub(r"(?<=\w) × (?=\w)", "\N{NO-BREAK SPACE}×\N{NO-BREAK SPACE}", rendered)
    rendered = _BEFORE_PUNCTUATION.sub(r'<span style="white-space:nowrap">\g<0></span>', rendered)
    return re.sub(r'(?s)<a href="(?!https?:)[^"]*"[^>]*>(.*?)</a>', r"\1", rendered)


@cache
def _plain() -> MarkdownIt:
    return MarkdownIt("zero", {"typographer": True}).enable("smartquotes")


@cache
def _step() -> str:
    """The version of this conversion, for the cache."""
    code = [Path(str(file)) for file in (__file__, formulas.__file__)]
    packages = ("markdown-it-py", "mdit-py-plugins", "math-core")
    return sources.digest(code, *map(sources.version_of, packages))


@cache
def _markdown(typographic_quotes: bool) -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False, "typographer": typographic_quotes})
    markdown.enable(["table", "smartquotes"])
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
    return _formula(tokens[place].content)


def _display_formula(renderer: object, tokens: Sequence[Token], place: int, *_: object) -> str:
    return _formula(tokens[place].content, display=True)


def _formula(latex: str, display: bool = False) -> str:
    """A formula as MathML that contains its LaTeX, for copying as it is in the source."""
    latex = latex.strip("\n")
    element = mathml(latex.strip(), display)
    return element.replace("<math", f'<math alttext="{escape(latex)}"', 1)


def _refuse_unpaired_dollar(state: StateCore) -> None:
    for block in state.tokens:
        for token in block.children or ():
            if token.type == "text" and "$" in token.content:
                raise InputError(
                    f"{token.content!r}: unpaired $; close this formula or an earlier one, "
                    "or write \\$ for the sign"
                )
