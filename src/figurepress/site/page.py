"""figures/index.html: all figures on one page, with their words, files and claims."""

import re
from collections import Counter
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from figurepress.palette import ROLES, THEMES
from figurepress.project import prompts
from figurepress.project.validation import InputError, read_text
from figurepress.site import captions


def page(manifest: dict) -> str:
    """The page of the figures in a manifest.

    Raises:
        InputError: names what is missing, or the formula that cannot be typeset.
    """
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    figures = [shown(figure) for figure in manifest["figures"]]
    return environment.get_template("page.html.jinja").render(
        figures=figures,
        sections=by_section(figures),
        colors={
            theme: {role: pair[place] for role, pair in ROLES.items()}
            for place, theme in enumerate(THEMES)
        },
    )


def shown(figure: dict) -> dict:
    """A figure of the manifest with what the page says of it beside."""
    stem = figure["stem"]
    claims = prompts.read(Path("prompts") / f"{stem}.md").claims
    guards = tests_of_claims(stem)
    sources = {"script": f"scripts/{stem}.py", "prompt": f"prompts/{stem}.md"}
    if guards:
        sources["tests"] = f"tests/figures/test_{stem}.py"
    return {
        **figure,
        "pictures": pictures(figure),
        "caption": Markup(captions.html(figure["caption"], f"prompts/{stem}.md")),
        "claims": [(id, said, guards[id]) for id, said in claims.items()],
        "sources": sources,
    }


def pictures(figure: dict) -> dict[str, dict]:
    """The file that shows the figure in each theme: the SVG, where there is one.

    Raises:
        InputError: where there is neither SVG nor PNG.
    """
    of_theme = {
        file["theme"]: file
        for format in ("png", "svg")
        for file in figure["files"]
        if file["format"] == format
    }
    if not of_theme:
        raise InputError(
            f"{figure['stem']}: no picture that a browser shows; "
            "add svg or png to `formats` in config.yaml"
        )
    return of_theme


def tests_of_claims(stem: str) -> Counter[str]:
    """How many tests guard each claim; none where the figure has no tests yet."""
    file = Path("tests/figures") / f"test_{stem}.py"
    if not file.exists():
        return Counter()
    text = read_text(file, "save it as UTF-8")
    return Counter(re.findall(r'^@pytest\.mark\.claim\("(.+?)"\)', text, re.M))


def by_section(figures: list[dict]) -> dict[str, list[dict]]:
    """The figures under their headings, both in the order of the lecture."""
    headings: dict[str, list[dict]] = {}
    for figure in sorted(figures, key=lambda figure: not figure["page"]):
        heading = f"Section {figure['section']}" if figure["page"] else "Beyond the page"
        headings.setdefault(heading, []).append(figure)
    return headings
