"""The appendix as Markdown: each figure with its prompt, its script, tests and experiments.

kramdown (Jekyll), Quarto and GitHub render it: headings, pictures and fenced code only.
"""

import re
from pathlib import Path

from figurepress.names import LEGIBILITY_RULES
from figurepress.project import config, prompts, sources
from figurepress.project.validated_files import read_text
from figurepress.site.markdown import typographic

# These keep Jekyll from interpreting {{ and {% in code. To other programs, they are HTML comments.
_LITERAL = "<!-- {% raw %} -->"
_END_OF_LITERAL = "<!-- {% endraw %} -->"
_HEADINGS = {  # of a file, by its folder
    "prompts": "Prompt",
    "scripts": "Script",
    "figures": "Unit tests",  # tests/figures
    "experiments": "Experiment",
}
_CODE_FORMULA_OR_TAG = re.compile(
    r"(?P<code>`[^`]*`)|(?P<formula>(?<!\\)\$[^$]+\$)|(?P<start_of_tag><(?!https?:))"
)
_SIGN_AND_LETTER = re.compile(r"(\\[|{},]|\|)([A-Za-z]?)")  # |x or \{a, in a formula
_COMMANDS = {  # for signs in formulas
    "|": r"\vert",
    r"\|": r"\Vert",
    r"\{": r"\lbrace",
    r"\}": r"\rbrace",
    r"\,": r"\thinspace",
}
_LANGUAGES = {".md": "markdown", ".py": "python"}
_FENCE = "~" * 10  # longer than any fence in a prompt or a script


def markdown() -> str:
    """The appendix of the lecture. Its links to pictures are relative, so save it next to them.

    Raises
    ------
    InputError
        If a file cannot be read.
    """
    settings = config.read()
    blocks = [
        _LITERAL,
        "# Appendix: prompts, scripts, and unit tests for figures",
        f"{settings.title}. A prompt specifies each figure, a script draws it, "
        "and tests check what it claims.",
    ]
    # The first format that browsers show.
    shown = next(suffix for suffix in settings.suffixes if suffix.endswith(("svg", "png")))
    figures = {stem: prompts.read(stem) for stem in settings.figures}
    blocks.append("\n".join(f"- [{_name(prompt)}](#{stem})" for stem, prompt in figures.items()))
    for stem, prompt in figures.items():
        blocks += [f'<a id="{stem}"></a>', f"## {_name(prompt)}"]
        blocks += [_image(prompt.alt, f"{stem}{shown}"), _portable(prompt.caption)]
        if prompt.frames_per_second:  # the figure has an animation
            blocks.append(f"[Animation]({stem}{settings.theme_suffixes[0]}.webp)")
        for file in sources.handwritten(stem):
            blocks += _listing(file)
    modules = sources.modules(settings.figures)
    if modules:
        blocks.append("## Modules that the scripts import")
    for file in modules:
        blocks += _listing(file)
    rules = read_text(LEGIBILITY_RULES, hint="restore it with git").rstrip()
    rules = "#" + rules.replace("\n## ", "\n### ")  # headings move one level down
    rules = rules.replace("```", "~~~")  # kramdown does not know the fence ```
    return "\n\n".join([*blocks, rules, _END_OF_LITERAL]) + "\n"


def _name(prompt: prompts.Prompt) -> str:
    """The heading of a figure: its number and its title."""
    title = _portable(typographic(prompt.title))
    return f"Figure {prompt.number}: {title}" if prompt.number else title


def _image(alt: str, address: str) -> str:
    """An image in Markdown; special characters in its text are escaped."""
    line = " ".join(alt.split()).replace("<", "&lt;")
    text = re.sub(r"[\\\[\]]", r"\\\g<0>", line)  # a backslash before \, [ and ]
    return f"![{text}]({address})"


def _listing(file: Path) -> list[str]:
    """Markdown of a file: a heading, and a code block."""
    kind = _HEADINGS.get(file.parent.name, "Module")
    text = read_text(file, hint="restore it with git").rstrip()
    return [f"### {kind}: `{file}`", f"{_FENCE}{_LANGUAGES[file.suffix]}\n{text}\n{_FENCE}"]


def _portable(text: str) -> str:
    """The text with escaped HTML tags, and with formulas that all programs leave unchanged.

    kramdown would turn | into a table, and some programs drop the backslash before { or a comma.
    """

    def with_command(found: re.Match[str]) -> str:
        r"""Replace a sign with its command: |x becomes \vert x, \{2 becomes \lbrace2."""
        sign, letter = found.groups()
        space = " " if letter else ""
        return _COMMANDS[sign] + space + letter

    def portable(part: re.Match[str]) -> str:
        if part["start_of_tag"]:
            return "&lt;"
        if part["formula"]:
            return _SIGN_AND_LETTER.sub(with_command, part["formula"])
        return part["code"]

    return _CODE_FORMULA_OR_TAG.sub(portable, text)
