"""The appendix as Markdown: each figure with its prompt, its script, tests and experiments.

kramdown (Jekyll), Quarto and GitHub render it: headings, pictures and fenced code only.
"""

import re
from pathlib import Path

from figurepress.names import RULES
from figurepress.project import config, prompts, sources
from figurepress.project.validation import read_text
from figurepress.site.markdown import markdown_image

# Jekyll interprets {{ and {%, even in code. Other programs see comments.
_LITERAL = "<!-- {% raw %} -->"
_END_OF_LITERAL = "<!-- {% endraw %} -->"
_HEADINGS = {  # by folder
    "prompts": "Prompt",
    "scripts": "Script",
    "figures": "Unit tests",  # tests/figures
    "experiments": "Experiment",
}
_LANGUAGES = {".md": "markdown", ".py": "python"}


def markdown(root: Path = Path(), pictures: str = "") -> str:
    """The appendix of the lecture in `root`.

    Parameters
    ----------
    root
        The folder of the lecture.
    pictures
        The prefix of a picture's address, such as ``figures/``.

    Raises
    ------
    InputError
        If a file cannot be read.
    """
    settings = config.read(root=root)
    parts = [
        _LITERAL,
        "# Appendix: prompts, scripts, and unit tests for figures",
        f"{settings.title}. A prompt specifies each figure, a script draws it, "
        "and tests check what it claims.",
    ]
    suffix = next(s for s in settings.suffixes if s.endswith(("svg", "png")))
    for stem in settings.figures:
        parts += _figure_section(root, stem, f"{pictures}{stem}{suffix}")
    modules = sources.modules(settings.figures, root)
    parts += ["## Modules that the scripts import"] if modules else []
    for file in modules:
        parts += _listing(root, file)
    rules = read_text(RULES, "restore it with git").replace("\n## ", "\n### ")
    return "\n\n".join([*parts, f"#{rules.rstrip()}", _END_OF_LITERAL]) + "\n"


def _figure_section(root: Path, stem: str, picture: str) -> list[str]:
    """Markdown of one figure: heading, picture, caption, sources."""
    prompt = prompts.read(stem, root)
    name = f"Figure {prompt.number}: {prompt.title}" if prompt.number else prompt.title
    parts = [
        f"## {name}",
        markdown_image(prompt.alt, picture),
        _without_bars(prompt.caption),
    ]
    if prompt.frames_per_second:
        parts.append(f"[Animation]({Path(picture).with_suffix('.webp').as_posix()})")
    for file in sources.handwritten(stem, root):
        parts += _listing(root, file)
    return parts


def _listing(root: Path, file: Path) -> list[str]:
    """Markdown of a file: heading, code block."""
    kind = _HEADINGS.get(file.parent.name, "Module")
    text = read_text(file, "restore it with git")
    heading = f"### {kind}: `{file.relative_to(root)}`"
    return [heading, _fenced(text, _LANGUAGES[file.suffix])]


def _without_bars(text: str) -> str:
    """The text with named bars in formulas, because kramdown would make a table of |."""

    def named(formula: re.Match[str]) -> str:
        apart = re.sub(r"\|(?=[A-Za-z])", "| ", formula[0])
        return apart.replace(r"\|", r"\Vert").replace("|", r"\vert")

    return re.sub(r"(?<!\\)\$[^$]+\$", named, text)


def _fenced(text: str, language: str) -> str:
    """A code block, whose fence is longer than any in the text."""
    longest = max(map(len, re.findall(r"~{3,}", text)), default=2)
    fence = "~" * (longest + 1)
    return f"{fence}{language}\n{text.rstrip()}\n{fence}"
