"""The pages of all figures.

figures/index.html shows each figure with its prompt, its script, and its claims with the tests
that check them. figures/tests.html shows the complete test files, and the lecture's modules.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from figurepress.names import ANIMATION_FORMATS, RULES, SOURCES
from figurepress.palette import ROLES, THEMES
from figurepress.project import config, prompts, sources, values_for_page
from figurepress.project.validated_files import InputError, read_text
from figurepress.site import highlight, markdown
from figurepress.site.claims import ClaimTest, claim_tests
from figurepress.site.manifest import Figure, File, Manifest

THUMBNAIL_WIDTH = 200  # CSS px
MOST_VALUES = 5  # of a claim; a longer list hides the claims
SUMMARY = re.compile(" values, .* to | texts$")  # does not tell what a test reads in the array


@dataclass(frozen=True)
class Claim:
    """A claim of a figure, the tests that check it, and the numbers that they use.

    Numbers of an earlier claim are not repeated.
    """

    id: str
    sentence: Markup
    tests: list[ClaimTest]
    values: dict[str, str]


@dataclass(frozen=True)
class Shown:
    """A figure as the page shows it."""

    stem: str
    number: str | None
    section: str
    is_extra: bool  # not on the lecture's page
    title: str
    alt: str
    animation_alt: str
    pictures: dict[str, File]  # by theme
    animation: dict[str, File]  # by theme; empty if there is none
    downloads: list[File]
    caption: Markup
    description: Markup
    claims: list[Claim]
    prompt: Markup
    script: list[str]  # highlighted lines
    experiments: dict[str, list[str]]  # highlighted lines, by name
    tests: list[str]  # highlighted lines of the whole file; empty if it does not exist

    @property
    def name(self) -> str:
        """The name that readers cite: the number, or else the title."""
        return f"Figure {self.number}" if self.number else self.title

    @property
    def heading(self) -> str:
        """The name and the title."""
        return f"{self.name}: {self.title}" if self.number else self.title


def pages(manifest: Manifest, settings: config.Config) -> dict[str, str]:
    """The HTML pages of the figures in a manifest, by file name.

    Parameters
    ----------
    manifest
        The content of figures.json.
    settings
        The configuration of the lecture.

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
    )
    modules = {_module_name(file): file for file in sources.modules(settings.figures)}
    environment.globals["source"] = highlight.html
    environment.filters["link"] = _links_to(modules)
    shown_modules = {name: (file, _code(file)) for name, file in modules.items()}
    figures = [_shown(figure, settings) for figure in manifest["figures"]]
    listings = [code for figure in figures for code in _listings(figure)]
    listings += [code for _, code in shown_modules.values()]
    colors = {
        role: f"light-dark({light}, {dark})" if len(settings.themes) > 1 else light
        for role, (light, dark) in ROLES.items()
    }
    if settings.themes == ["dark"]:
        colors = {role: dark for role, (_, dark) in ROLES.items()}
    content = {
        "settings": settings,
        "sections": _by_section(figures, settings.sections),
        "modules": shown_modules,
        "count": len(figures),
        "colors": colors,
        "thumbnail": THUMBNAIL_WIDTH,
        "lines": max(map(len, listings)),  # how many line numbers the style sheet has
        "citation": _citation(settings),
        "rules": _rules(),
    }
    return {
        name: environment.get_template(f"{name}.jinja").render(content)
        for name in ("index.html", "tests.html")
    }


def _shown(figure: Figure, settings: config.Config) -> Shown:
    stem = figure["stem"]
    file, script, test = (pattern.format(stem) for pattern in SOURCES)
    prompt, tests_file = prompts.read(stem), Path(test)
    tests = read_text(tests_file, "save it as UTF-8") if tests_file.exists() else ""
    tests_of = claim_tests(tests_file)
    values = values_for_page.read(stem)
    downloads = (*settings.downloads, *ANIMATION_FORMATS)
    claims: list[Claim] = []
    for id, sentence in prompt.claims.items():
        html = Markup(markdown.inline(sentence, file, f"claims.{id}"))
        own = tests_of.get(id, [])
        stated = set().union(*(claim.values for claim in claims))
        new = [
            (name, value)
            for name, value in _values_in(own, values).items()
            if name not in stated and not SUMMARY.search(value) and not _in_table(name)
        ]
        claims.append(Claim(id, html, own, dict(new[:MOST_VALUES])))
    return Shown(
        stem=stem,
        number=prompt.number,
        section=prompt.section,
        is_extra=not prompt.page,
        title=markdown.typographic(prompt.title),
        alt=prompt.alt,
        animation_alt=prompt.animation_alt or prompt.alt,
        pictures=_pictures(figure, settings.dpi),
        animation={file["theme"]: file for file in figure["files"] if file["format"] == "webp"},
        downloads=[file for file in figure["files"] if file["format"] in downloads],
        caption=Markup(markdown.html(prompt.caption, file)),
        description=Markup(markdown.html(prompt.description, file, "description")),
        claims=claims,
        prompt=_text(prompt.body, file),
        script=_code(Path(script)),
        experiments={file.stem: _code(file) for file in sources.experiments(stem)},
        tests=highlight.lines(tests) if tests else [],
    )


def _in_table(name: str) -> bool:
    """Whether a constant is an entry of a table, such as UNIT.kernel: how a part is drawn."""
    table, dot, _ = name.partition(".")
    return bool(dot) and table.isupper()


def _module_name(file: Path) -> str:
    """The name that scripts import: lecture.losses for src/lecture/losses.py."""
    return ".".join(file.with_suffix("").parts[1:]).removesuffix(".__init__")


def _links_to(modules: Iterable[str]) -> Callable[[str], Markup]:
    """A filter for HTML that links modules where code imports them or a text mentions them."""
    names = "|".join(map(re.escape, sorted(modules, reverse=True))) or "(?!)"  # matches nothing
    places = re.compile(rf"(^<b>(?:from|import)</b> |<code>)({names})(?!\w)", re.MULTILINE)
    return lambda html: Markup(places.sub(r'\1<a href="tests.html#\2">\2</a>', str(html)))


def _code(file: Path) -> list[str]:
    return highlight.lines(read_text(file, "restore it with git"))


def _listings(figure: Shown) -> list[list[str]]:
    return [figure.script, figure.tests, *figure.experiments.values()]


def _text(text: str, file: str) -> Markup:
    """A text as HTML for the page.

    Headings move two levels down. The name of docs/legibility.md becomes a link to the rules on the
    page. Tables, code and displayed formulas take the keyboard focus, so that they can be scrolled.
    """
    html = markdown.html(text, file, "body")
    html = re.sub(r"(?<=<h|/h)[1-4](?=>)", lambda n: str(int(n[0]) + 2), html)
    html = re.sub(r"<(table|pre|math(?=[^>]* display=))", r'<\1 tabindex="0"', html)
    return Markup(re.sub(rf"(docs/)?{RULES.name}", r'<a href="#legibility-rules">\g<0></a>', html))


def _rules() -> Markup:
    """The rules for every picture, without their title."""
    text = read_text(RULES, "restore it with git")
    return _text(text.split("\n", 1)[1], RULES.name)


def _values_in(tests: list[ClaimTest], values: dict[str, str]) -> dict[str, str]:
    """The values whose dotted name occurs in the tests; if there is none, a part of the name."""
    used = set().union(*(test.names for test in tests))
    parts = {name: set(name.split(".")) for name in values}
    whole = {name: value for name, value in values.items() if parts[name] <= used}
    return whole or {name: value for name, value in values.items() if parts[name] & used}


def _pictures(figure: Figure, dpi: int) -> dict[str, File]:
    """The picture of the figure in each theme, with its size in CSS px: the SVG, or else the PNG.

    Raises
    ------
    InputError
        If there is no SVG and no PNG.
    """
    by_theme: dict[str, File] = {}
    for suffix, scale in (("png", 100 / dpi), ("svg", 1)):
        for file in figure["files"]:
            if file["format"] == suffix:
                width, height = round(file["width"] * scale), round(file["height"] * scale)
                by_theme[file["theme"]] = {**file, "width": width, "height": height}
    if not by_theme:
        raise InputError(
            f"{figure['stem']}: no picture that a browser can show; "
            "add svg or png to `formats` in config.yaml"
        )
    return {theme: by_theme[theme] for theme in THEMES if theme in by_theme}


def _by_section(figures: list[Shown], names: dict[str, str]) -> dict[str, list[Shown]]:
    """The figures by the heading of their section, in the order of the lecture."""
    headings: dict[str, list[Shown]] = {}
    for figure in sorted(figures, key=lambda figure: section_order(figure.section)):
        heading = f"{figure.section} {names.get(figure.section, '')}".strip()
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
    fields = {
        name: re.sub(r"[&%$#_]", r"\\\g<0>", str(text)) for name, text in words.items() if text
    }
    fields |= {"url": settings.url} if settings.url else {}
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items()]
    return "\n".join([f"@misc{{{key},", *lines, "}"])
