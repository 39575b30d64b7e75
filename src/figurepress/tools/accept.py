"""Approve new pictures: ``python -m figurepress.tools.accept [stem] [--all]``."""

import os
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
    """Approve the changed pictures of a figure, or of all figures if the stem is "".

    Approving copies a picture from figures/ to tests/figures/baseline. Pictures that break a rule
    of docs/legibility.md are approved too; the rules are printed, and the result is False. To
    approve all figures, `all_of_them` must be True, so that nobody does this by accident.

    Raises
    ------
    InputError
        If the stem is unknown, a picture has not been drawn, or pictures have changed but neither
        a stem nor `all_of_them` is given.
    """
    settings = config.read()
    if stem:
        config.check_stem(stem, settings)
    stems = [stem] if stem else settings.figures
    pictures = changes(stems, settings)
    changed_stems = list(dict.fromkeys(picture.stem for picture in pictures))  # each once
    if changed_stems and not stem and not all_of_them:
        raise InputError(
            f"pictures changed: {', '.join(changed_stems)}; look with `make review`, then approve "
            "each with `make accept FIGURE=<stem>`, or all with `make accept ALL=1`"
        )
    illegible = []
    for changed_stem in changed_stems:
        if broken_rules := _broken_rules(changed_stem):
            print(broken_rules)
            illegible.append(changed_stem)
    names = [picture.name for picture in pictures]
    write({BASELINE / name: Path("figures", name).read_bytes() for name in names})
    for picture in pictures:
        print(picture.describe())
    unchanged = len(stems) - len(changed_stems)
    print(f"figures approved: {len(changed_stems)}, unchanged: {unchanged}")
    if illegible:
        print(
            f"{', '.join(illegible)}: approved, but make test will fail on the rules above; "
            "correct this and approve again"
        )
    return not illegible


def _broken_rules(stem: str) -> str:
    """What pytest prints about rules of docs/legibility.md that a figure breaks; else ""."""
    tests = str(MACHINERY / "tests/all_figures/test_legibility_of_figures.py")
    command = [*PYTEST, "-qq", "-rN", "--no-header", "--tb=short", tests, "--figure", stem]
    # Ignore the user's own options for pytest: with --collect-only, no rule would seem broken.
    environment = os.environ | {"PYTEST_ADDOPTS": ""}
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    return done.stdout.strip() if done.returncode else ""


def main(arguments: Sequence[str]) -> int:
    """Approve; the exit status is 1 if an approved picture breaks a rule of legibility."""
    parser = Parser(prog="make accept")
    parser.add_argument("stem", nargs="?", default="")
    parser.add_argument("--all", action="store_true")
    given = parser.parse_args(arguments)
    return 0 if accept(given.stem, all_of_them=given.all) else 1


if __name__ == "__main__":
    run(main)
