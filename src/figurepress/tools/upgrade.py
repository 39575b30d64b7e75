"""Pin the newest versions and report what changed: ``python -m figurepress.tools.upgrade``."""

import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from figurepress import command_line
from figurepress.files import write
from figurepress.project import config
from figurepress.project.approved_pictures import Diff, read
from figurepress.project.config import Config
from figurepress.tools import changed_numbers

# ``--universal`` finds versions that fit all supported versions of Python.
COMPILE = (
    "-m uv pip compile --quiet --upgrade --universal --python-version 3.11 --no-emit-index-url "
    "--no-header"
)
# The options of uv for the list of each group in pyproject.toml. draw constrains dev, and dev
# constrains cluster, so that versions agree. torch has no hashes: each index has its own builds.
OPTIONS = {
    "draw": "--generate-hashes --excludes envs/excluded.txt",
    "dev": "--generate-hashes --constraint envs/draw.txt",  # tests need excluded packages
    "cluster": "--generate-hashes --constraint envs/dev.txt --excludes envs/excluded.txt",
    "torch": "--no-deps --no-annotate",
}
LISTS = {group: Path(f"envs/{group}.txt") for group in OPTIONS}
REPORT = Path("results/upgrade.txt")
INSTALL = "src/figurepress/tools/install.py"


def run(*arguments: str) -> None:
    """Run Python with these arguments; exit if it fails."""
    status = subprocess.run([sys.executable, *arguments]).returncode
    if status:
        sys.exit(status)


def compile_lists() -> None:
    """Write the newest versions of all packages into the lists in envs/."""
    for group, options in OPTIONS.items():
        command = f"{COMPILE} --group pyproject.toml:{group} {options} --output-file {LISTS[group]}"
        run(*command.split())


def pins() -> dict[str, str]:
    """The pinned versions, by package; more than one if they depend on the version of Python."""
    versions: dict[str, set[str]] = {}
    for file in LISTS.values():
        # Such as "numpy==2.3.1".
        for name, version in re.findall(r"^([\w.-]+)==(\S+)", file.read_text(), re.M):
            versions.setdefault(name, set()).add(version)
    return {name: ", ".join(sorted(pinned)) for name, pinned in versions.items()}


class Drawn(NamedTuple):
    """What a build produces for one figure."""

    pictures: dict[str, np.ndarray]  # the pixels (height, width, 3) of each PNG, by file name
    numbers: dict[str, np.ndarray]  # what compute() returns, by field


def drawn(stem: str, settings: Config) -> Drawn:
    """The pictures of a figure in figures/, and the numbers of its script."""
    names = [f"{stem}{suffix}.png" for suffix in settings.theme_suffixes]
    pictures = {name: read(Path("figures", name)) for name in names}
    return Drawn(pictures, changed_numbers.of_figure(stem))


def changes_of_pins(old: dict[str, str], new: dict[str, str]) -> list[str]:
    """One line for each package whose version differs."""
    changed = sorted(name for name in old | new if old.get(name) != new.get(name))
    lines = [f"{name}: {old.get(name, 'none')} -> {new.get(name, 'none')}" for name in changed]
    return lines or ["no package has a newer version"]


def changes_of_figure(stem: str, old: Drawn, new: Drawn) -> list[str]:
    """The figure, and one indented line for each picture and each number that differs."""
    pictures = [Diff(stem, name, old.pictures[name], now) for name, now in new.pictures.items()]
    lines = [picture.describe() for picture in pictures if picture.rms]  # 0 if no pixel differs
    for field, before, after, change in changed_numbers.compare(old.numbers, new.numbers):
        size = f", by at most {change}" if change else ""
        lines.append(f"{field}: {before} -> {after}{size}")
    return [f"{stem}: {'changed' if lines else 'unchanged'}", *(f"  {line}" for line in lines)]


def main(arguments: Sequence[str]) -> int:
    """Upgrade the lists and the environment, build, and report all differences."""
    command_line.Parser(prog="make upgrade").parse_args(arguments)
    settings = config.read()
    old_pins = pins()
    old = {stem: drawn(stem, settings) for stem in settings.figures}
    old_lists = {file: file.read_bytes() for file in LISTS.values()}
    try:
        compile_lists()
        run(INSTALL, "dev")
    except (SystemExit, KeyboardInterrupt):
        write(old_lists)
        print("the lists in envs/ are unchanged", file=sys.stderr)
        raise
    run("-m", "figurepress.build")
    report = changes_of_pins(old_pins, pins())
    for stem in settings.figures:
        report += changes_of_figure(stem, old[stem], drawn(stem, settings))
    print("\n".join(report))
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text("\n".join(report) + "\n")
    return 0


if __name__ == "__main__":
    command_line.run(main)
