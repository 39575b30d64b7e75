"""The images that a Markdown page shows, each with the line it begins on."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.front_matter import front_matter_plugin


@dataclass(frozen=True)
class Image:
    """An image of a page: Markdown's or HTML's, a ``<source>`` of a picture included."""

    line: int
    link: str
    described: bool  # has alternative text, or needs none
    read: bool = True  # False: written as an image, but Markdown takes it for text


# What Jekyll does before Markdown is read: comments go, links get the site's address.
COMMENT = re.compile(
    r"\{%-?\s*comment\s*-?%\}.*?\{%-?\s*endcomment\s*-?%\}"
    r"|\{::comment\}.*?\{:/(?:comment)?\}",
    re.DOTALL,
)
ADDRESS = re.compile(
    r"""\{\{-?\s*(?:site\.(?:baseurl|url)|(["'])(?P<path>.*?)\1\s*\|\s*\w+_url)\s*-?\}\}"""
)
# kramdown's {: alt="..."} and Quarto's {fig-alt="..."}, right after an image.
ATTRIBUTES = re.compile(r"\{[^}]*\}")
DESCRIPTION = re.compile(r"""[\s{:](?:fig-)?alt\s*=\s*(["'])\s*(?!\1)\S""")
# kramdown's <div markdown="1">: the one HTML block whose text is Markdown.
MARKDOWN_INSIDE = re.compile(r"""<\w[^>]*\smarkdown\b(?!\s*=\s*["']?0)""")
# A link in a srcset; after it, how wide or dense the picture is.
CANDIDATE = re.compile(r"([^\s,]\S*[^\s,]|[^\s,])(?:\s+[\d.]+[wxh])?")
UNREAD = re.compile(r"!\[[^\]]*\](?:\([^)\n]*\)?|\[[^\]]*\])")


def images(text: str) -> Iterator[Image]:
    """The images of a Markdown page, in the order of the page, footnotes last.

    What stands in code or in a comment is no image.
    """
    text = COMMENT.sub(lambda comment: "\n" * comment[0].count("\n"), text.removeprefix("\ufeff"))
    text = ADDRESS.sub(lambda address: address["path"] or "", text)
    yield from _in_blocks(_markdown.parse(text), first=1)


def _in_blocks(tokens: list[Token], first: int) -> Iterator[Image]:
    """The images of parsed blocks, of which the topmost line is line ``first``."""
    for token in tokens:
        if token.type == "inline":
            yield from _in_line(token.children, first + token.map[0])
        elif token.type == "html_block" and MARKDOWN_INSIDE.search(token.content):
            yield from _in_blocks(_markdown_inside.parse(token.content), first + token.map[0])
        elif token.type == "html_block":
            yield from _in_html(token.content, first + token.map[0])


def _in_line(tokens: list[Token], first: int) -> Iterator[Image]:
    """The images of a paragraph, heading or cell that begins on line ``first``."""
    for place, token in pairwise([*tokens, Token("end", "", 0)]):
        if place.type != "place":
            continue
        line = first + place.meta["line"]
        if token.type == "image":
            described = token.content.strip() or DESCRIPTION.search(token.meta.get("list", ""))
            yield Image(line, token.attrs["src"], bool(described))
        elif token.type == "html_inline":
            yield from _in_html(token.content, line)
        elif unread := UNREAD.match(place.content):
            yield Image(line, unread[0], described=True, read=False)


def _in_html(html: str, first: int) -> Iterator[Image]:
    reader = _Reader()
    reader.feed(html.replace("<![", "<! "))  # the library stops at an unknown <![, no browser does
    for line, tag, attributes in reader.tags:
        # A <source> is described by the <img> of its picture.
        described = (
            tag == "source"
            or bool(attributes.get("alt", "").strip())
            or attributes.get("role") in ("presentation", "none")
        )
        links = [attributes["src"]] if tag == "img" and "src" in attributes else []
        links += CANDIDATE.findall(attributes.get("srcset", ""))
        if tag == "img" and not links:
            links = [""]
        for link in links:
            yield Image(first + line - 1, link, described)
            described = True  # what one tag lacks is said once


class _Reader(HTMLParser):
    """Collects the tags that show images."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[int, str, dict[str, str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("img", "source"):
            attributes = {name: value or "" for name, value in attrs}
            self.tags.append((self.getpos()[0], tag, attributes))


def _note_place(state: StateInline, silent: bool) -> bool:
    """Put a token with the line before what may be an image: the parser keeps no lines there."""
    if not silent and state.src.startswith(("![", "<"), state.pos):
        place = state.push("place", "", 0)
        place.meta["line"] = state.src.count("\n", 0, state.pos)
        place.content = state.src[state.pos :]
    return False


def _read_attributes(state: StateInline, silent: bool) -> bool:
    """Keep the attribute list right after an image with it; mdit-py-plugins has not kramdown's."""
    found = ATTRIBUTES.match(state.src, state.pos)
    if silent or not found or state.pending or not state.tokens or state.tokens[-1].type != "image":
        return False
    state.tokens[-1].meta["list"] = found[0]
    state.pos = found.end()
    return True


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark")
    for plugin in (front_matter_plugin, footnote_plugin, deflist_plugin):
        parser.use(plugin)
    parser.inline.ruler.before("text", "place", _note_place)
    parser.inline.ruler.push("attributes", _read_attributes)
    return parser


_markdown = _parser()
_markdown_inside = _parser().disable("html_block")
