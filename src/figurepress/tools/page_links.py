"""Find images, links and anchors in a page for Jekyll, Quarto, Marp or GitHub."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from itertools import takewhile

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.front_matter import front_matter_plugin

UNKNOWN = "\ufffc"  # replaces an expression that only a site generator can evaluate
# A page may be long and malformed, so nothing below may take quadratic time.
# Jekyll's comments: {% comment %} ... {% endcomment %}.
COMMENT = re.compile(r"\{%-?\s*comment\s*-?%\}.*?(?:\{%-?\s*endcomment\s*-?%\}|\Z)", re.DOTALL)
# Code that may show figures: {% include figure.html stem="waves" %} in Jekyll, and cells of Quarto,
# which begin with ```{python} and end with ```.
CODE = re.compile(r"\{%-?[ \t]*include[^%{}\n]*%\}|^```\{.*?(?:^```|\Z)", re.DOTALL | re.MULTILINE)
# Jekyll's expressions, and what replaces them.
JEKYLL_EXPRESSIONS = [
    # {{ site.baseurl }}/x.png becomes /x.png.
    (re.compile(r"\{\{-?[ \t]*site\.(?:baseurl|url)[ \t]*-?\}\}"), ""),
    # {{ "/x.png" | relative_url }} becomes /x.png.
    (re.compile(r"""\{\{-?[ \t]*["']([^"'{}\n]*)["'][ \t]*\|[ \t]*\w+_url[ \t]*-?\}\}"""), r"\1"),
    # {% link x.png %} becomes /x.png.
    (re.compile(r"\{%-?[ \t]*link[ \t]+/?([^\s%{}]+)[ \t]*-?%\}"), r"/\1"),
    # The value of any other expression, such as {{ page.picture }}, is unknown.
    (re.compile(r"\{\{[^{}\n]*\}\}|\{%[^%{}\n]*%\}"), UNKNOWN),
]
# After an image: kramdown's {: alt="a wave" width="50%"}, Quarto's {fig-alt="a wave"}.
ATTRIBUTES = re.compile(r"\{[^{}]*\}")
# The alternative text in such attributes, unless it is empty: alt="a wave".
DESCRIPTION = re.compile(r"""[\s{:](?:fig-)?alt\s*=\s*(["'])\s*(?!\1)\S""")
# Marp's options, which are written like an alternative text: ![bg left:40% w:800](x.png).
MARP = re.compile(
    r"bg|auto|contain|cover|fit|vertical|\d+%|(?:left|right)(?::\d+%)?|(?:w|h|width|height):\S+"
    r"|(?:blur|brightness|contrast|drop-shadow|grayscale|hue-rotate|invert|opacity|saturate|sepia)"
    r"(?::\S+)?"
)
# Mistyped images, which Markdown reads as text: ![a](two words.png), ![a][x] without "[x]: x.png".
NOT_READ = re.compile(r"!\[[^\[\]\n]*\](?:\([^()\n]*\)?|\[[^\[\]\n]*\])")
# HTML blocks whose text is Markdown: kramdown's <div markdown="1">.
MARKDOWN_INSIDE = re.compile(r"<\w[^<>]*\smarkdown=")
# The addresses in srcset="a.png, b.png 2x".
SRCSET = re.compile(r"([^\s,]\S*[^\s,]|[^\s,])(?:\s+[\d.]+[wxh])?")
# The address in url("x.png"); not in url(#gradient), which is in the page itself.
CSS_URL = re.compile(r"""url\(\s*["']?([^"'()\s#][^"'()\s]*)""")
# Anchors: <a id="x"> and <a name=x> in HTML, # Title {#x} in Pandoc, #| label: x in Quarto.
IDS = re.compile(
    r"""\b(?:id|name)\s*=\s*["']?([^\s"'<>=]+)|\{[^{}#\n]*#([\w:.-]+)"""
    r"|^#\|[ \t]*label:[ \t]*(\S+)",
    re.MULTILINE,
)
TEXT = ("text", "code_inline")  # markdown-it's tokens
# The attributes that contain an address, by tag.
IMAGES = {"img": ("src", "data-src"), "object": ("data",), "embed": ("src",), "video": ("poster",)}
LINKS = {"a": "href", "area": "href", "iframe": "src"}


@dataclass(frozen=True)
class Image:
    """An image of a page."""

    line: int
    link: str
    described: bool  # has alternative text or does not need it
    is_text: bool = False  # looks like an image, but Markdown reads it as text


@dataclass
class Page:
    """The images, links and link targets of a page."""

    images: list[Image] = field(default_factory=list)
    links: list[tuple[int, str]] = field(default_factory=list)  # line and target
    ids: set[str] = field(default_factory=set)
    headings: set[str] = field(default_factory=set)  # `_squeezed`
    code: set[str] = field(default_factory=set)  # words in Jekyll's includes and Quarto's cells

    def has_anchor(self, anchor: str) -> bool:
        """Whether a link to this anchor leads to a part of the page."""
        return anchor in self.ids or _squeezed(anchor) in self.headings


@cache  # many links may lead to the same page
def read(text: str, is_html: bool = False) -> Page:
    """Find the images and links of a page outside of code and comments, and all its anchors.

    `Page.code` has the words in Jekyll's includes and Quarto's code cells, which may be the stems
    of figures. Anchors in code count, because Quarto's cells contain theirs.
    """
    # Comments become empty lines, so that line numbers stay the same.
    text = COMMENT.sub(lambda comment: "\n" * comment[0].count("\n"), text)
    page = Page()
    for code in CODE.findall(text):
        page.code.update(re.findall(r"\w+", code))
    for pattern, replacement in JEKYLL_EXPRESSIONS:
        text = pattern.sub(replacement, text)
    page.ids.update(ids(text))
    if is_html:
        _HtmlReader(page, line=1).read(text)
    else:
        _read_blocks(_markdown.parse(text), first_line=1, page=page)
    return page


def ids(text: str) -> set[str]:
    """The ids that a page gives to its elements, in HTML or in Markdown."""
    # Each match has three groups, one for each way to write an id. Two of them are empty.
    return {name for groups in IDS.findall(text) for name in groups if name}


def _squeezed(anchor: str) -> str:
    """An anchor of a heading without the signs that site generators treat differently."""
    return re.sub(r"[\W_]", "", anchor)


def _read_blocks(tokens: list[Token], first_line: int, page: Page) -> None:
    """Add the content of Markdown tokens to `page`; their text begins on its line `first_line`."""
    headings: Counter[str] = Counter()
    in_heading = False
    for token in tokens:
        lines_before = token.map[0] if token.map else 0  # in the text of the tokens
        line = first_line + lines_before
        if token.type == "inline":
            _read_inline(token, line, page)
            if in_heading:
                text = "".join(part.content for part in token.children or [] if part.type in TEXT)
                heading = _squeezed(ATTRIBUTES.sub("", text).lower())
                # Some site generators omit the number of a heading.
                headings.update({heading, heading.lstrip("0123456789")})
        elif token.type == "html_block" and MARKDOWN_INSIDE.search(token.content):
            _read_blocks(_markdown_inside.parse(token.content), line, page)
        elif token.type == "html_block":
            _HtmlReader(page, line).read(token.content)
        in_heading = token.type == "heading_open"  # the next token is the text of the heading
    # Site generators number equal headings: loss, loss-1, loss-2.
    for heading, count in headings.items():
        page.headings.add(heading)
        page.headings.update(f"{heading}{number}" for number in range(1, count))


def _read_inline(inline: Token, line: int, page: Page) -> None:
    """Add the content of a paragraph, heading or table, which begins on line `line`."""
    tokens = inline.children or []
    for index, token in enumerate(tokens):
        if token.type in ("softbreak", "hardbreak"):
            line += 1
        elif token.type == "image":
            alt = [word for word in token.content.split() if not MARP.fullmatch(word)]
            # A generator, because copies of the list would take quadratic time.
            following = (tokens[k] for k in range(index + 1, len(tokens)))
            described = bool(alt) or _has_description(following)
            page.images.append(Image(line, str(token.attrs["src"]), described))
        elif token.type == "text":
            for image in NOT_READ.findall(token.content):
                page.images.append(Image(line, image, described=True, is_text=True))
        elif token.type == "link_open":
            page.links.append((line, str(token.attrs["href"])))
        elif token.type == "html_inline":
            _HtmlReader(page, line).read(token.content)
        if token.type in ("image", "html_inline"):
            line += token.content.count("\n")


def _has_description(following: Iterable[Token]) -> bool:
    """Whether the text after an image begins with attributes that contain an alternative text."""
    before_next_image = takewhile(lambda token: token.type != "image", following)
    # Line breaks and signs such as * are tokens without content.
    text = "".join(token.content or " " for token in before_next_image)
    attributes = ATTRIBUTES.match(text)
    return bool(attributes and DESCRIPTION.search(attributes[0]))


class _HtmlReader(HTMLParser):
    """Adds the images and links of HTML, which begins on line `line`, to a page."""

    def __init__(self, page: Page, line: int) -> None:
        super().__init__()
        self.page = page
        self.lines_before = line - 1

    def read(self, html: str) -> None:
        """Add the images and links of this HTML."""
        # HTMLParser fails at an unknown <![, which word processors write.
        self.feed(html.replace("<![", "<! "))

    def line_of_page(self) -> int:
        """The line of the page that HTMLParser has reached."""
        line, _ = self.getpos()  # line and column
        return self.lines_before + line

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Add what a tag shows or links to. HTMLParser calls this for each opening tag."""
        attributes = {name: (value or "").strip() for name, value in attrs}
        line = self.line_of_page()
        if link := attributes.get(LINKS.get(tag, "")):  # such as the href of an <a>
            self.page.links.append((line, link))
        self.read_css(attributes.get("style", ""))
        images = [attributes[name] for name in IMAGES.get(tag, ()) if attributes.get(name)]
        for name in ("srcset", "data-srcset"):
            images += SRCSET.findall(attributes.get(name, ""))
        if tag == "img" and not images:
            images = [""]  # so that the missing address is reported
        described = (
            tag != "img"  # embedded pages and videos are described by their context
            or bool(attributes.get("alt") or attributes.get("aria-label"))
            or attributes.get("role") == "presentation"
        )
        for image in images:
            self.page.images.append(Image(line, image, described))
            described = True  # report a missing text once for each tag

    def handle_data(self, data: str) -> None:
        """Add the images of a style sheet. HTMLParser calls this for the text in a tag."""
        if self.lasttag == "style":
            self.read_css(data)

    def read_css(self, text: str) -> None:
        """Add the images of CSS rules; a background needs no alternative text."""
        line = self.line_of_page()
        for url in CSS_URL.finditer(text):
            start = line + text.count("\n", 0, url.start())
            self.page.images.append(Image(start, url[1], described=True))


def _parser() -> MarkdownIt:
    """A Markdown parser with extensions that Jekyll, Quarto or GitHub have."""
    parser = MarkdownIt("commonmark")
    for plugin in (front_matter_plugin, footnote_plugin, deflist_plugin):
        parser.use(plugin)
    return parser


_markdown = _parser()
_markdown_inside = _parser().disable("html_block")  # for the text in <div markdown="1">
