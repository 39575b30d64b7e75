"""Find images, links and anchors in a Markdown page for Jekyll, Quarto, Marp or GitHub."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline, image
from markdown_it.token import Token
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.front_matter import front_matter_plugin

UNKNOWN = "\ufffc"  # replaces expressions that only a site generator can evaluate
# No pattern backtracks without bound, because a page may be long and malformed.
COMMENT = re.compile(
    r"\{%-?\s*comment\s*-?%\}.*?(?:\{%-?\s*endcomment\s*-?%\}|\Z)"
    r"|\{::comment\}.*?(?:\{:/(?:comment)?\}|\Z)",
    re.DOTALL,
)
# Jekyll's includes and Quarto's cells may show more images.
CODE = re.compile(r"\{%-?[ \t]*include[^%{}\n]*%\}|^```\{.*?(?:^```|\Z)", re.DOTALL | re.MULTILINE)
# Jekyll's expressions: replaced by their value, or by UNKNOWN.
LIQUID = [
    (re.compile(r"\{\{-?[ \t]*site\.(?:baseurl|url)[ \t]*-?\}\}"), ""),
    (re.compile(r"""\{\{-?[ \t]*["']([^"'{}\n]*)["'][ \t]*\|[ \t]*\w+_url[ \t]*-?\}\}"""), r"\1"),
    (re.compile(r"\{%-?[ \t]*link[ \t]+/?([^\s%{}]+)[ \t]*-?%\}"), r"/\1"),
    (re.compile(r"\{\{[^{}\n]*\}\}|\{%[^%{}\n]*%\}"), UNKNOWN),
]
# kramdown's {: alt="..."} and Quarto's {fig-alt="..."}, right after an image.
ATTRIBUTES = re.compile(r"\{[^{}]*\}")
DESCRIPTION = re.compile(r"""[\s{:](?:fig-)?alt\s*=\s*(["'])\s*(?!\1)\S""")
# Marp's keywords in the place of an alternative text: ![bg left:40% w:800](...).
MARP = re.compile(
    r"bg|auto|contain|cover|fit|vertical|\d+%|(?:left|right)(?::\d+%)?|(?:w|h|width|height):\S+"
    r"|(?:blur|brightness|contrast|drop-shadow|grayscale|hue-rotate|invert|opacity|saturate|sepia)"
    r"(?::\S+)?"
)
NOT_READ = re.compile(r"!\[[^\[\]\n]*\](?:\([^()\n]*\)?|\[[^\[\]\n]*\])")
# kramdown's <div markdown="1">: the one HTML block whose text is Markdown.
MARKDOWN_INSIDE = re.compile(r"""<\w[^<>]*\smarkdown\b(?!\s*=\s*["']?0)""")
SRCSET = re.compile(r"([^\s,]\S*[^\s,]|[^\s,])(?:\s+[\d.]+[wxh])?")
CSS_URL = re.compile(r"""url\(\s*["']?([^"'()\s#][^"'()\s]*)""")
IDS = re.compile(
    r"""\b(?:id|name)\s*=\s*["']?([^\s"'<>=]+)|\{[^{}#\n]*#([\w:.-]+)"""
    r"|^#\|[ \t]*label:[ \t]*(\S+)",
    re.MULTILINE,
)
IMAGES = {"img": ("src", "data-src"), "object": ("data",), "embed": ("src",), "video": ("poster",)}
LINKS = {"a": "href", "area": "href", "iframe": "src"}


@dataclass(frozen=True)
class Image:
    """An image of a page."""

    line: int
    link: str
    described: bool  # has alternative text or does not need it
    read: bool = True  # False: looks like an image, but Markdown reads it as text


@dataclass
class Page:
    """The images, links and link targets of a page."""

    images: list[Image] = field(default_factory=list)
    links: list[tuple[int, str]] = field(default_factory=list)  # line and target
    anchors: set[str] = field(default_factory=set)
    code: set[str] = field(default_factory=set)  # words in includes, cells


def read(text: str) -> Page:
    """Read a page. Images and links in code and comments do not count.

    `Page.code` keeps the words in code, because includes and cells may show figures.
    """
    # Comments become empty lines, so that line numbers stay the same.
    text = COMMENT.sub(lambda comment: "\n" * comment[0].count("\n"), text.removeprefix("\ufeff"))
    page = Page(code={word for code in CODE.findall(text) for word in re.findall(r"\w+", code)})
    for pattern, replacement in LIQUID:
        text = pattern.sub(replacement, text)
    page.anchors.update(ids(text))
    _read_blocks(_markdown.parse(text), 1, page)
    return page


def ids(text: str) -> set[str]:
    """The ids that a page gives to its elements, in HTML or in Markdown."""
    return {name for names in IDS.findall(text) for name in names if name}


def _read_blocks(tokens: list[Token], first: int, page: Page) -> None:
    """Read the tokens of a text whose first line is line ``first`` of the page."""
    slugs: Counter[str] = Counter()
    for before, token in zip([Token("", "", 0), *tokens], tokens, strict=False):
        line = first + (token.map or [0])[0]
        if token.type == "inline":
            _read_line(token, line, page)
            if before.type == "heading_open":
                slugs.update(_slugs(token.children or []))
        elif token.type == "html_block" and MARKDOWN_INSIDE.search(token.content):
            _read_blocks(_markdown_inside.parse(token.content), line, page)
        elif token.type == "html_block":
            _Reader(page, line).read(token.content)
    for slug, count in slugs.items():
        page.anchors.update([slug, *(f"{slug}-{number}" for number in range(1, count))])


def _read_line(inline: Token, line: int, page: Page) -> None:
    """Read a paragraph, heading or cell that begins on this line."""
    for token in inline.children or []:
        if token.type in ("softbreak", "hardbreak"):
            line += 1
        elif token.type == "image":
            words = [word for word in token.content.split() if not MARP.fullmatch(word)]
            described = words or DESCRIPTION.search(token.meta.get("attributes", ""))
            page.images.append(Image(line, str(token.attrs["src"]), bool(described)))
            line += token.content.count("\n")
        elif token.type == "not_read":
            page.images.append(Image(line, token.content, described=True, read=False))
        elif token.type == "link_open":
            page.links.append((line, str(token.attrs["href"])))
        elif token.type == "html_inline":
            _Reader(page, line).read(token.content)
            line += token.content.count("\n")


def _slugs(heading: list[Token]) -> Iterator[str]:
    """The ids that GitHub, Pandoc and kramdown give to a heading."""
    text = "".join(token.content for token in heading if token.type in ("text", "code_inline"))
    text = ATTRIBUTES.sub("", text).strip().lower()
    slugs = {re.sub(rf"[^{kept}\s-]", "", text) for kept in (r"\w", r"\w.", "a-z0-9")}
    slugs |= {re.sub(r"^[^a-z]+", "", slug) for slug in slugs}
    yield from {re.sub(r"\s", "-", slug) for slug in slugs}


class _Reader(HTMLParser):
    """Adds the images and links in HTML to a page."""

    def __init__(self, page: Page, line: int) -> None:
        super().__init__()
        self.page = page
        self.lines_before = line - 1

    def read(self, html: str) -> None:
        # HTMLParser fails at an unknown <![, which word processors write.
        self.feed(html.replace("<![", "<! "))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: (value or "").strip() for name, value in attrs}
        line = self.lines_before + self.getpos()[0]
        if target := attributes.get(LINKS.get(tag, "")):
            self.page.links.append((line, target))
        self.read_css(attributes.get("style", ""))
        links = [attributes[name] for name in IMAGES.get(tag, ()) if attributes.get(name)]
        for name in ("srcset", "data-srcset"):
            links += SRCSET.findall(attributes.get(name, ""))
        described = (
            tag != "img"  # the others are described by their context or content
            or any(attributes.get(name) for name in ("alt", "aria-label", "aria-labelledby"))
            or attributes.get("role") in ("presentation", "none")
        )
        for target in links or [""] * (tag == "img"):
            self.page.images.append(Image(line, target, described))
            described = True  # one tag, one error

    def handle_data(self, data: str) -> None:
        if self.lasttag == "style":
            self.read_css(data)

    def read_css(self, text: str) -> None:
        """Add the images of a style sheet; a background needs no alternative text."""
        first = self.lines_before + self.getpos()[0]
        for url in CSS_URL.finditer(text):
            line = first + text.count("\n", 0, url.start())
            self.page.images.append(Image(line, url[1], described=True))


def _image(state: StateInline, silent: bool) -> bool:
    """Parse an image with the attributes after it, or a text that only looks like an image."""
    start = state.pos
    if image(state, silent):
        if not silent and (attributes := ATTRIBUTES.match(state.src, state.pos)):
            state.tokens[-1].meta["attributes"] = attributes[0]
            state.pos = attributes.end()
        return True
    if not silent and (text := NOT_READ.match(state.src, start)):
        state.push("not_read", "", 0).content = text[0]
    return False


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark")
    for plugin in (front_matter_plugin, footnote_plugin, deflist_plugin):
        parser.use(plugin)
    parser.inline.ruler.at("image", _image)
    return parser


_markdown = _parser()
_markdown_inside = _parser().disable("html_block")
