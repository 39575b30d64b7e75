"""The files that figures are drawn from, and which were saved since the script began."""

import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
# By name, not all: an editor's own files may lie beside them.
SHARED = sorted(
    file for kind in ("py", "mplstyle") for file in Path(__file__).parent.glob(f"[!.]*.{kind}")
)


def _saved(file: Path) -> int | None:
    """When the file was last saved, in ns; None if there is none."""
    try:
        return file.stat().st_mtime_ns
    except FileNotFoundError:
        return None


# Times of files with times of files: a clock may differ from that of the disk.
_AT_START = {
    file: _saved(file)
    for file in (*SHARED, *ROOT.glob("scripts/[!.]*.py"), *ROOT.glob("prompts/[!.]*.md"))
}
# Bytecode tells a source by the second of its save and its length: for a second none is kept,
# or another save in it would not be drawn.
if time.time_ns() - max(filter(None, _AT_START.values())) < 10**9:
    sys.dont_write_bytecode = True


def saved_since_start(stem: str) -> list[str]:
    """What a figure is drawn from and is no more what it was: script, prompt, shared files."""
    own = ROOT / f"scripts/{stem}.py", ROOT / f"prompts/{stem}.md"
    return [
        str(file.relative_to(ROOT))
        for file in (*own, *SHARED)
        if _saved(file) != _AT_START.get(file)
    ]
