"""Refuse a misspelt figure before anything is installed: ``known_figure <stem>``.

This imports only the standard library, so it reads config.yaml without a YAML parser. If it finds
no list, `figurepress.project.config` reports the error later. The message is that of
`figurepress.names.why_unknown`, which `config.check_stem` uses, too.
"""

import re
import sys
from contextlib import suppress
from pathlib import Path

from figurepress.names import why_unknown


def listed(config: str) -> list[str]:
    """The figures in the text of config.yaml."""
    figures = re.search(r"(?ms)^figures:(.*?)(?=^\w|\Z)", config)
    return re.findall(r"\w+", re.sub("#.*", "", figures[1])) if figures else []


if __name__ == "__main__":
    stems = []
    with suppress(OSError, UnicodeDecodeError):
        stems = listed(Path("config.yaml").read_text(encoding="utf-8"))
    if stems and (reason := why_unknown(sys.argv[1], stems)):
        print(f"FIGURE: {reason}", file=sys.stderr)
        sys.exit(2)
