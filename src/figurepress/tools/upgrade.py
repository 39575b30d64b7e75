"""Pin the newest versions and report what changed: ``python -m figurepress.tools.upgrade``."""

import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from figurepress import command_line
from figurepress.files import write
from figurepress.project import config
from figurepress.project.approved_pictures import Change, read
from figurepress.project.config import Config
from figurepress.tools import changed_numbers

# Options of uv. ``--universal`` finds versions that fit all supported versions of Python.
COMPILE = (
    *("-m", "uv", "pip", "compile", "--quiet", "--upgrade", "--universal"),
    *("--python-version", "3.11", "--no-emit-index-url", "--no-header"),
)
# All lists have the same versions. The hashes of PyTorch differ by index.
LISTS = {
    "envs/draw.txt": ("draw", "--generate-hashes", "--excludes", "envs/excluded.txt"),
    "envs/dev.txt": ("dev", "--generate-hashes", "--constraint", "envs/draw.txt"),
    "envs/cluster.txt": (
        *("cluster", "--generate-hashes", "--constraint", "envs/dev.txt"),
        *("--excludes", "envs/excluded.txt"),
    ),
    "envs/torch.txt": ("torch", "--no-deps", "--no-annotate"),
}
REPORT = Path("results/upgrade.txt")
INSTALL = "src/figurepress/tools/install.py"


def run(*arguments: str) -> None:
    """Run Python; exit if it fails."""
    if status := subprocess.run([sys.executable, *arguments]).returncode:
        sys.exit(status)


def compile_lists() -> None:
    """Pin the newest versions in all lists."""
    for name, (group, *options) in LISTS.items():
        run(*COMPILE, "--group", f"pyproject.toml:{group}", *options, "--output-file", name)


def pins() -> dict[str, str]:
    """The pinned versions, by package."""
    found: dict[str, set[str]] = {}
    for file in map(Path, LISTS):
        for name, version in re.findall(r"^([\w.-]+)==(\S+)", file.read_text(), re.M):
            found.setdefault(name, set()).add(version)
    return {name: ", ".join(sorted(versions)) for name, versions in found.items()}


@dataclass(frozen=True)
class Drawn:
    """What a build produces for one figure.

    Attributes
    ----------
    pictures
        The pixels (height, width, 3) of each PNG, by file name.
    numbers
        What compute() returns, by name.
    """

    pictures: dict[str, np.ndarray]
    numbers: dict[str, np.ndarray]


def drawn(settings: Config) -> dict[str, Drawn]:
    """The pictures in figures/, and the numbers of their scripts, by figure."""
    found = {}
    for stem in settings.figures:
        names = [f"{stem}{suffix}.png" for suffix in settings.theme_suffixes]
        pictures = {name: read(Path("figures", name)) for name in names}
        found[stem] = Drawn(pictures, changed_numbers.of_figure(stem) or {})
    return found


def changes_of_pins(old: dict[str, str], new: dict[str, str]) -> list[str]:
    """One line for each package whose version differs."""
    moved = sorted(name for name in {*old, *new} if old.get(name) != new.get(name))
    lines = [f"{name}: {old.get(name, 'none')} -> {new.get(name, 'none')}" for name in moved]
    return lines or ["no package has a newer version"]


def changes_of_figure(stem: str, old: Drawn, new: Drawn) -> list[str]:
    """The figure, and one indented line for each picture and each number that differs."""
    pictures = [Change(stem, name, old.pictures[name], now) for name, now in new.pictures.items()]
    lines = [picture.describe() for picture in pictures if picture.rms]
    for name, before, after, change in changed_numbers.compare(old.numbers, new.numbers):
        lines.append(f"{name}: {before} -> {after}" + (f", by at most {change}" if change else ""))
    return [f"{stem}: {'changed' if lines else 'unchanged'}", *(f"  {line}" for line in lines)]


def main(arguments: Sequence[str]) -> int:
    """Upgrade the lists and the environment, build, and report all differences."""
    command_line.Parser(prog="make upgrade").parse_args(arguments)
    settings = config.read()
    old_pins, old = pins(), drawn(settings)
    lists = {Path(name): Path(name).read_bytes() for name in LISTS}
    try:
        compile_lists()
        run(INSTALL, "dev")
    except (SystemExit, KeyboardInterrupt):
        write(lists)
        print("the lists in envs/ are unchanged", file=sys.stderr)
        raise
    run("-m", "figurepress.build")
    new = drawn(settings)
    report = changes_of_pins(old_pins, pins())
    for stem in settings.figures:
        report += changes_of_figure(stem, old[stem], new[stem])
    print("\n".join(report))
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text("\n".join(report) + "\n")
    return 0


if __name__ == "__main__":
    command_line.run(main)
