"""Approve new pictures: ``python -m figurepress.tools.accept [stem] [--all]``."""

import os
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

from figurepress.command_line import MACHINERY, PYTEST, Parser, run
from figurepress.files import write
from figurepress.names import BASELINE
from figurepress.project import config
from figurepress.project.approved_pictures import changes
from figurepress.project.validated_files import InputError


def accept(stem: str, all_of_them: bool) -> bool:
    """Copy pictures that differ from the approved ones to tests/figures/baseline.

    Parameters
    ----------
    stem
        A figure, or "" for all figures.
    all_of_them
        Whether to approve all figures that changed.

    Returns
    -------
    bool
        Whether they keep the rules of docs/legibility.md; those they break are printed first.

    Raises
    ------
    InputError
        If the stem is unknown, or if it is "" and `all_of_them` is False.
    """
    settings = config.read()
    if stem:
        config.check_stem(stem, settings)
    stems = [stem] if stem else settings.figures
    found = changes(stems, settings)
    changed = list(dict.fromkeys(change.stem for change in found))
    if changed and not stem and not all_of_them:
        raise InputError(
            f"changed: {', '.join(changed)}; look with `make review`, then approve each with "
            "`make accept FIGURE=<stem>`, or all with `make accept ALL=1`"
        )
    broken = {name: rules for name in changed if (rules := _broken_rules(name))}
    for rules in broken.values():
        print(rules)
    write({BASELINE / new.name: Path("figures", new.name).read_bytes() for new in found})
    for change in found:
        print(change.describe())
    unchanged = len(stems) - len(changed)
    print(f"figures approved: {len(changed)}, unchanged: {unchanged}")
    if broken:
        print(
            f"approved, but make test will fail on the rules above: {', '.join(broken)}; "
            "correct these figures and approve them again"
        )
    return not broken


def _broken_rules(stem: str) -> str:
    """The rules of docs/legibility.md that the new picture breaks; "" if there are none."""
    tests = str(MACHINERY / "tests/all_figures/test_legibility_of_figures.py")
    command = [*PYTEST, "-q", "--no-header", "--tb=short", tests, "--figure", stem]
    environment = os.environ | {"PYTEST_ADDOPTS": ""}
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    return _failures(done.stdout) if done.returncode else ""


def _failures(output: str) -> str:
    """The messages in the output of pytest; all of it if there are none."""
    section = re.search(r"^=+ FAILURES =+\n(.*?)^=", output, re.M | re.S)
    return re.sub(r"^_+ .* _+\n", "", section[1], flags=re.M).strip() if section else output


def main(arguments: Sequence[str]) -> int:
    """Approve; the exit status is 1 if an approved picture breaks rules of legibility."""
    parser = Parser(prog="make accept")
    parser.add_argument("stem", nargs="?", default="")
    parser.add_argument("--all", action="store_true")
    given = parser.parse_args(arguments)
    return 0 if accept(given.stem, given.all) else 1


if __name__ == "__main__":
    run(main)
