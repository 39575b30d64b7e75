"""Approve new pictures: ``python -m figurepress.tools.accept [stem] [--all]``."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from figurepress.command_line import Parser, run
from figurepress.files import write
from figurepress.names import BASELINE
from figurepress.project import config
from figurepress.project.validation import InputError
from figurepress.tools.pictures import changes


def accept(stem: str, all_of_them: bool) -> None:
    """Copy pictures that differ from the approved ones to tests/figures/baseline.

    Parameters
    ----------
    stem
        A figure, or "" for all figures.
    all_of_them
        Whether to approve several figures at once.

    Raises
    ------
    InputError
        If the stem is unknown, or several figures changed and `all_of_them` is False.
    """
    settings = config.read()
    if stem:
        config.check_stem(stem, settings)
    stems = [stem] if stem else settings.figures
    found = changes(stems, settings)
    changed = list(dict.fromkeys(change.stem for change in found))
    if len(changed) > 1 and not all_of_them:
        raise InputError(
            f"{len(changed)} figures changed: {', '.join(changed)}; look with `make review`, then "
            "approve each with `make accept FIGURE=<stem>`, or all with `make accept ALL=1`"
        )
    BASELINE.mkdir(parents=True, exist_ok=True)
    write({BASELINE / it.name: Path("figures", it.name).read_bytes() for it in found})
    for change in found:
        print(change.describe())
    unchanged = len(stems) - len(changed)
    print(f"approved {len(changed)} figures, {unchanged} unchanged")
    for name in changed:
        _check_legibility(name)


def _check_legibility(stem: str) -> None:
    """Print the rules of docs/legibility.md that an approved picture breaks."""
    tests = "tests/figures/test_legibility_of_figures.py"
    if Path(tests).exists():
        command = [sys.executable, "-m", "pytest", "-q", "--no-header", "--tb=line", tests]
        environment = os.environ | {"PYTEST_ADDOPTS": ""}
        options = ["--figure", stem]
        done = subprocess.run([*command, *options], env=environment, capture_output=True, text=True)
        if done.returncode:
            print(f"{stem} breaks rules of docs/legibility.md:\n{done.stdout}")


def main(arguments: Sequence[str]) -> int:
    """Run the command line."""
    parser = Parser(prog="make accept")
    parser.add_argument("stem", nargs="?", default="")
    parser.add_argument("--all", action="store_true")
    given = parser.parse_args(arguments)
    accept(given.stem, given.all)
    return 0


if __name__ == "__main__":
    run(main)
