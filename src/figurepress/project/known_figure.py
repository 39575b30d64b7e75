"""Reject a misspelt figure: ``python known_figure.py <stem>``, before anything is installed.

This imports only the standard library, so it reads config.yaml without a YAML parser. If it finds
no list of figures there, `figurepress.project.config` reports the error after installation.
"""

import re
import sys
from collections.abc import Sequence
from contextlib import suppress
from difflib import get_close_matches
from pathlib import Path


def why_unknown(stem: str, figures: Sequence[str]) -> str:
    """Why a stem is not one of the figures, and what to write instead; "" if it is one."""
    if stem in figures:
        return ""
    if re.fullmatch(r"\d[\w.]*", stem):  # such as 3.1
        number = re.compile(re.escape(stem) + "[a-z]?")  # if there is no 2.3, 2.3a and 2.3b
        named = [name for name in figures if _number(name) == stem]
        named = named or [name for name in figures if number.fullmatch(_number(name))]
        if not named:
            return f"{stem!r}: no figure has this number; write the name of one in config.yaml"
        return f"{stem!r}: a number; write the name of the figure: {' or '.join(named)}"
    containing = [name for name in figures if stem and stem.lower() in name]
    close = containing or get_close_matches(stem.lower(), figures, 1)
    hint = f"try {close[0]}" if close else "write one that is listed there"
    return f"{stem!r}: no such figure in config.yaml; {hint}"


def _number(stem: str) -> str:
    """The number of a figure in the lecture, from the line ``number: "3.1"`` of its prompt."""
    with suppress(OSError, UnicodeDecodeError):
        text = Path(f"prompts/{stem}.md").read_text(encoding="utf-8")
        if line := re.search(r"""(?m)^number: *["']([^"']+)["']""", text):
            return line[1]
    return ""


def listed(config: str) -> list[str]:
    """The figures in the text of config.yaml: the words below ``figures:``, up to the next key."""
    figures = re.search(r"(?ms)^figures:(.*?)(?=^\w|\Z)", config)
    if not figures:
        return []
    without_comments = re.sub("#.*", "", figures[1])
    return re.findall(r"\w+", without_comments)


if __name__ == "__main__":
    stems = []
    with suppress(OSError, UnicodeDecodeError):
        stems = listed(Path("config.yaml").read_text(encoding="utf-8"))
    if stems and (reason := why_unknown(sys.argv[1], stems)):
        print(f"FIGURE: {reason}", file=sys.stderr)
        sys.exit(2)
