"""Convert Markdown to HTML: captions, descriptions, claims and prompts, with formulas."""

import re
from collections.abc import Iterable, Sequence
from functools import cache
from html import escape, unescape

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin

from figurepress.project import prompts
from figurepress.project.validated_files import InputError
from figurepress.site.formulas import mathml

# A formula in a sentence (without display=) and the punctuation after it. Browsers would break the
# line between them.
_FORMULA_AND_PUNCTUATION = re.compile(r"<math(?:(?!</math>|display=).)*</math>[-,.;:!?)’']+", re.S)
# A link that is not to a website, and its text.
_LINK_TO_FILE = re.compile(r'<a href="(?!https?:)[^"]*"[^>]*>(.*?)</a>', re.S)
_quotes_only = MarkdownIt("zero", {"typographer": True}).enable("smartquotes")


def html(text: str, file: str, key: str = "caption") -> str:
    """Markdown with ``$...$`` and ``$$...$$`` formulas as HTML. HTML tags are escaped.

    Quotation marks become typographic and 6 × 6 stays on one line, unless `key` is "body": the body
    of a prompt quotes exact words. Links to files become plain text, because a page can be
    published without these files.

    Raises
    ------
    InputError
        If a formula cannot be typeset; the message has its prompt `file` and the `key` there.
    """
    is_body = key == "body"
    try:
        rendered = str(_converter(is_body).render(text)).strip()
    except InputError as error:
        raise InputError(f"{file}: {key}: {error}") from None
    if not is_body:
        rendered = re.sub(r"(?<=\w) × (?=\w)", "\N{NO-BREAK SPACE}×\N{NO-BREAK SPACE}", rendered)
    unbroken = r'<span style="white-space:nowrap">\g<0></span>'
    rendered = _FORMULA_AND_PUNCTUATION.sub(unbroken, rendered)
    return _LINK_TO_FILE.sub(r"\1", rendered)


def inline(text: str, file: str, key: str) -> str:
    """Like `html`, but without the paragraph around it: for a single sentence."""
    return html(text, file, key).removeprefix("<p>").removesuffix("</p>")


def typographic(title: str) -> str:
    """A title, which is plain text, with typographic quotation marks."""
    return unescape(str(_quotes_only.renderInline(title)))


def check(stems: Iterable[str]) -> None:
    """Check that all formulas in the texts of these figures can be typeset.

    Raises
    ------
    InputError
        If a formula cannot be typeset; the message has one line for each such text.
    """
    errors = []
    for stem in stems:
        file = f"prompts/{stem}.md"
        prompt = prompts.read(stem)
        texts = {"caption": prompt.caption, "description": prompt.description}
        texts |= {f"claims.{id}": claim for id, claim in prompt.claims.items()}
        texts["body"] = prompt.body
        for key, text in texts.items():
            try:
                html(text, file, key)
            except InputError as error:
                errors.append(str(error))
    if errors:
        raise InputError("\n".join(errors))


@cache
def _converter(is_body: bool) -> MarkdownIt:
    """A converter with tables and formulas, and typographic quotes except in a prompt's body."""
    markdown = MarkdownIt("commonmark", {"html": False, "typographer": not is_body})
    markdown.enable(["table", "smartquotes"])
    markdown.use(dollarmath_plugin, allow_labels=False, allow_blank_lines=False, double_inline=True)
    markdown.add_render_rule("math_inline", _inline_formula)
    markdown.add_render_rule("math_inline_double", _display_formula)
    markdown.add_render_rule("math_block", _display_formula)
    # The rule "text_join" of markdown-it turns \$ into a plain $, so find an unpaired $ first.
    markdown.core.ruler.before("text_join", "unpaired_dollar", _reject_unpaired_dollar)
    return markdown


# markdown-it calls these two functions with all tokens of a text, and the index of a formula.
def _inline_formula(renderer: object, tokens: Sequence[Token], index: int, *_: object) -> str:
    return _formula(tokens[index].content)


def _display_formula(renderer: object, tokens: Sequence[Token], index: int, *_: object) -> str:
    return _formula(tokens[index].content, display=True)


def _formula(latex: str, display: bool = False) -> str:
    """A formula as MathML. Its `alttext` is the LaTeX, which the page's buttons copy."""
    latex = latex.strip("\n")
    element = mathml(latex, display)
    return element.replace("<math", f'<math alttext="{escape(latex)}"', 1)


def _reject_unpaired_dollar(state: StateCore) -> None:
    """Raise an `InputError` for a $ outside of all formulas."""
    for block in state.tokens:
        for token in block.children or ():
            if token.type == "text" and "$" in token.content:
                raise InputError(
                    f"{token.content!r}: unpaired $; close this formula or an earlier one, "
                    "or write \\$ for the sign"
                )
