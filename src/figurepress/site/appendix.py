"""The appendix as Markdown: each figure with its prompt, its script and its tests.

kramdown (Jekyll), Quarto and GitHub render it: headings, pictures and fenced code only.
"""

import re
from pathlib import Path

from figurepress.project import config, prompts
from figurepress.project.validation import read_text

# Jekyll reads {{ and {% as its own, also in code; others see comments.
_LITERAL = "<!-- {% raw %} -->"
_END_OF_LITERAL = "<!-- {% endraw %} -->"


def markdown(root: Path = Path(), pictures: str = "") -> str:
    """The appendix of the lecture in `root`.

    Parameters
    ----------
    root
        The folder of the lecture.
    pictures
        What comes before a picture's name in its address, for example ``figures/``.

    Raises
    ------
    InputError
        Names the file that cannot be read.
    """
    settings = config.read(root=root)
    parts = [
        _LITERAL,
        "# Appendix: prompts, scripts, and unit tests for figures",
        f"{settings.title}. A prompt specifies each figure, a script draws it, "
        "and tests prove what it claims.",
    ]
    suffix = next(s for s in settings.suffixes if s.endswith(("svg", "png")))
    for stem in settings.figures:
        parts += _figure(root, stem, f"{pictures}{stem}{suffix}")
    return "\n\n".join([*parts, _END_OF_LITERAL]) + "\n"


def _figure(root: Path, stem: str, picture: str) -> list[str]:
    prompt = prompts.read(root / f"prompts/{stem}.md")
    name = f"Figure {prompt.number}: {prompt.title}" if prompt.number else prompt.title
    alt = re.sub(r"([\\\[\]])", r"\\\1", " ".join(prompt.alt.split()))
    tests = root / f"tests/figures/test_{stem}.py"
    files = {
        "Prompt": (f"prompts/{stem}.md", "markdown"),
        "Script": (f"scripts/{stem}.py", "python"),
    }
    if tests.exists():
        files["Unit tests"] = (f"tests/figures/test_{stem}.py", "python")
    parts = [f"## {name}", f"![{alt}]({picture})", prompt.caption]
    for heading, (file, language) in files.items():
        text = read_text(root / file, "restore it with git")
        parts += [f"### {heading}: `{file}`", _fenced(text, language)]
    return parts


def _fenced(text: str, language: str) -> str:
    """A code block; its fence is longer than any in the text."""
    longest = max(map(len, re.findall(r"~{3,}", text)), default=2)
    fence = "~" * (longest + 1)
    return f"{fence}{language}\n{text.rstrip()}\n{fence}"
