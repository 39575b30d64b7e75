"""The pages of all figures.

figures/index.html shows each figure with its prompt, its script, and its claims with the tests
that check them. figures/tests.html shows the complete test files and prompts, and
the lecture's modules.
"""

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from figurepress.names import ANIMATION_FORMATS, LEGIBILITY_RULES, SOURCES
from figurepress.palette import ROLES, THEMES, Theme
from figurepress.project import config, numbers_for_page, prompts, sources
from figurepress.project.validated_files import InputError, read_text
from figurepress.site import highlight, markdown
from figurepress.site.claims import ClaimTest, claim_tests
from figurepress.site.manifest import PX_PER_INCH, Figure, File, Manifest

THUMBNAIL_WIDTH = 200  # CSS px
MAX_VALUES = 5  # shown with a claim; more would distract from it
PROMPT, SCRIPT, TEST = SOURCES  # paths, where {} is the stem of a figure


@dataclass(frozen=True)
class Claim:
    """A claim of a figure, the tests that check it, and the numbers that they use."""

    id: str
    sentence: Markup
    tests: list[ClaimTest]
    values: dict[str, str]  # without those of earlier claims


@dataclass(frozen=True)
class ShownFigure:
    """A figure as the page shows it."""

    stem: str
    words: prompts.Prompt
    title: str
    pictures: dict[str, File]  # by theme
    animation: dict[str, File]  # by theme; empty if there is none
    downloads: list[File]
    caption: Markup
    description: Markup
    claims: list[Claim]
    prompt: Markup
    prompt_text: str  # of the whole file, with the front matter
    script: list[str]  # highlighted lines
    experiments: dict[str, list[str]]  # highlighted lines, by name
    tests: list[str]  # highlighted lines of the whole file; empty if it does not exist

    @property
    def name(self) -> str:
        """The name that readers cite: the number, or else the title."""
        return f"Figure {self.words.number}" if self.words.number else self.title

    @property
    def heading(self) -> str:
        """The name and the title."""
        return f"{self.name}: {self.title}" if self.words.number else self.title


def pages(manifest: Manifest, settings: config.Config) -> dict[str, str]:
    """The HTML pages of the figures in a manifest, by file name.

    Raises
    ------
    InputError
        If a file is missing, or a formula cannot be typeset.
    """
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        line_comment_prefix="// ",  # leaves comments of JavaScript out; the space keeps https://
    )
    files = sources.modules(settings.figures)
    modules = {_module_name(file): (file, _code(file)) for file in files}
    environment.globals["source"] = highlight.html
    environment.filters["link"] = _links_to(modules)
    figures = [_shown_figure(figure, settings) for figure in manifest["figures"]]
    listings = [code for _, code in modules.values()]
    for figure in figures:
        listings += [figure.script, figure.tests, *figure.experiments.values()]
    _title, rules = read_text(LEGIBILITY_RULES, hint="restore it with git").split("\n", 1)
    content = {
        "settings": settings,
        "sections": _by_section(figures, settings.sections),
        "modules": modules,
        "count": len(figures),
        "colors": _css_colors(settings.themes),
        "thumbnail": THUMBNAIL_WIDTH,
        "column": round(PX_PER_INCH * settings.width),
        "line_count": max(map(len, listings)),  # so many line numbers are in the style sheet
        "citation": _citation(settings),
        "rules": _document(rules, LEGIBILITY_RULES.name),
    }
    return {
        name: environment.get_template(f"{name}.jinja").render(content)
        for name in ("index.html", "tests.html")
    }


def _css_colors(themes: list[Theme]) -> dict[str, str]:
    """The colour of each role in CSS; a page with both themes lets the browser choose."""
    if len(themes) > 1:
        return {role: f"light-dark({light}, {dark})" for role, (light, dark) in ROLES.items()}
    return {role: colors[THEMES.index(themes[0])] for role, colors in ROLES.items()}


def _shown_figure(figure: Figure, settings: config.Config) -> ShownFigure:
    """A figure with all its texts as HTML, and its sources highlighted."""
    stem = figure["stem"]
    prompt_file = PROMPT.format(stem)
    test_file = Path(TEST.format(stem))
    prompt = prompts.read(stem)
    prompt_text = read_text(Path(prompt_file), hint="restore it with git")
    downloads = (*settings.downloads, *ANIMATION_FORMATS)
    return ShownFigure(
        stem=stem,
        words=prompt,
        title=markdown.typographic(prompt.title),
        pictures=_pictures(figure, settings),
        animation={file["theme"]: file for file in figure["files"] if file["format"] == "webp"},
        downloads=[file for file in figure["files"] if file["format"] in downloads],
        caption=Markup(markdown.html(prompt.caption, prompt_file)),
        description=Markup(markdown.html(prompt.description, prompt_file, "description")),
        claims=_claims(stem, prompt.claims, claim_tests(test_file)),
        prompt=_document(prompt.body, prompt_file),
        prompt_text=prompt_text.rstrip("\n"),
        script=_code(Path(SCRIPT.format(stem))),
        experiments={file.stem: _code(file) for file in sources.experiment_scripts(stem)},
        tests=_code(test_file) if test_file.exists() else [],
    )


def _claims(
    stem: str, sentences: dict[str, str], tests_by_claim: dict[str, list[ClaimTest]]
) -> list[Claim]:
    """The claims of a figure. Each number is stated once, with the first claim that uses it."""
    values = numbers_for_page.read(stem)
    claims = []
    stated: set[str] = set()
    for id, sentence in sentences.items():
        html = Markup(markdown.inline(sentence, f"prompts/{stem}.md", f"claims.{id}"))
        tests = tests_by_claim.get(id, [])
        new = [name for name in _names_used(tests, values) if name not in stated]
        with_text = [name for name in new if values[name]]  # a large array has none
        shown = {name: values[name] for name in with_text[:MAX_VALUES]}
        stated.update(shown)
        claims.append(Claim(id, html, tests, shown))
    return claims


def _module_name(file: Path) -> str:
    """The name that scripts import: lecture.losses for src/lecture/losses.py."""
    return ".".join(file.with_suffix("").parts[1:]).removesuffix(".__init__")


def _links_to(modules: Collection[str]) -> Callable[[str], Markup]:
    """A Jinja filter that links modules where code imports them or a text mentions them."""
    if not modules:
        return Markup  # as a filter, it changes nothing
    longest_first = sorted(modules, key=len, reverse=True)  # lecture.losses before lecture
    names = "|".join(map(re.escape, longest_first))
    # In code, <b>from</b> lecture.losses; in a prompt, <code>lecture.losses.
    mentions = re.compile(rf"(^<b>(?:from|import)</b> |<code>)({names})(?!\w)", re.MULTILINE)
    return lambda html: Markup(mentions.sub(r'\1<a href="tests.html#\2">\2</a>', str(html)))


def _code(file: Path) -> list[str]:
    """The highlighted lines of a Python file."""
    return highlight.lines(read_text(file, hint="restore it with git"))


def _document(text: str, file: str) -> Markup:
    """A prompt or the rules of legibility as HTML for the page.

    Headings move two levels down. The name of docs/legibility.md becomes a link to the rules on the
    page. Tables, code and displayed formulas take the keyboard focus, so that they can be scrolled.
    """
    html = markdown.html(text, file, "body")
    html = re.sub(r"(</?h)([1-4])>", lambda tag: f"{tag[1]}{int(tag[2]) + 2}>", html)
    html = re.sub(r"<(table|pre|math(?=[^>]* display=))", r'<\1 tabindex="0"', html)
    return Markup(
        re.sub(rf"(docs/)?{LEGIBILITY_RULES.name}", r'<a href="#legibility-rules">\g<0></a>', html)
    )


def _names_used(tests: list[ClaimTest], names: Iterable[str]) -> list[str]:
    """The dotted names whose parts are all in the tests: ``fit.loss`` if they use fit and loss.

    If there are none, the names with any part in the tests.
    """
    used = set().union(*(test.names for test in tests))
    parts = {name: set(name.split(".")) for name in names}
    whole = [name for name in parts if parts[name] <= used]
    return whole or [name for name in parts if parts[name] & used]


def _pictures(figure: Figure, settings: config.Config) -> dict[str, File]:
    """The SVG of the figure in each theme, or else the PNG, with its size in CSS px."""
    format = "svg" if "svg" in settings.formats else "png"
    scale = PX_PER_INCH / settings.dpi if format == "png" else 1
    by_theme: dict[str, File] = {}
    for file in figure["files"]:
        if file["format"] == format:
            width = round(file["width"] * scale)
            height = round(file["height"] * scale)
            by_theme[file["theme"]] = {**file, "width": width, "height": height}
    if not by_theme:
        raise InputError(
            f"{figure['stem']}: no picture that a browser can show; "
            "add svg or png to `formats` in config.yaml"
        )
    return {theme: by_theme[theme] for theme in THEMES if theme in by_theme}


def _by_section(figures: list[ShownFigure], names: dict[str, str]) -> dict[str, list[ShownFigure]]:
    """The figures by section heading, in lecture order. config.yaml may list new figures last."""
    headings: dict[str, list[ShownFigure]] = {}
    for figure in sorted(figures, key=lambda figure: section_order(figure.words.section)):
        section = figure.words.section
        heading = f"{section} {names.get(section, '')}".strip()
        headings.setdefault(heading, []).append(figure)
    return headings


def section_order(section: str) -> list[tuple[int, str]]:
    """A sort key that puts section 4.10 after section 4.9."""
    return [(int(number), letter) for number, letter in re.findall(r"(\d+)([a-z]?)", section)]


def _citation(settings: config.Config) -> str:
    """The citation of the page, as a BibTeX entry."""
    key = re.sub(r"[^a-z0-9]+", "-", settings.title.lower()).strip("-")
    title = f"Figures: {settings.title}"
    words = {"author": settings.author, "title": title, "year": settings.year}
    # LaTeX needs a backslash before &, %, $, # and _.
    fields = {
        name: re.sub(r"[&%$#_]", r"\\\g<0>", str(text)) for name, text in words.items() if text
    }
    if settings.url:
        fields["url"] = settings.url  # not escaped, because BibTeX styles print it with \url
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items()]
    return "\n".join([f"@misc{{{key},", *lines, "}"])
