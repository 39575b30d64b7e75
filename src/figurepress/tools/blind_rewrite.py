"""Test whether a prompt specifies its figure: ``python -m figurepress.tools.blind_rewrite``.

``make blind`` copies the project without the figure. Somebody writes the script again there, from
the prompt alone. ``make blind-check`` compares this rewritten figure with the original.
"""

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from figurepress.command_line import MACHINERY, PROJECT, PYTEST, Parser, path, run
from figurepress.names import APPROVED, SOURCES, existing_files
from figurepress.project import config
from figurepress.project.approved_pictures import Diff, read
from figurepress.project.validated_files import InputError
from figurepress.tools import changed_numbers
from figurepress.tools.review import for_page, write_page

COPIES = Path(".build/blind")  # contains the copies, unless TO is given
PAGE = Path("results/blind.html")
PROMPT, SCRIPT, TEST = SOURCES
CONFIDENTIAL = (SCRIPT, TEST, *APPROVED)  # what would show how the figure was drawn


def prepare(stem: str, folder: Path) -> None:
    """Copy the project into `folder`, without the script, the tests and the pictures of a figure.

    Raises
    ------
    InputError
        If `folder` exists, or is in the project but is not the default .build/blind/<stem>.
    """
    if folder.exists():
        raise InputError(
            f"TO: {str(folder)!r}: exists already; move it away or choose another folder"
        )
    in_project = folder.resolve().is_relative_to(PROJECT.resolve())
    if in_project and folder != COPIES / stem:
        raise InputError(f"TO: {str(folder)!r}: is in the project; choose a folder outside of it")
    not_copied = shutil.ignore_patterns(".*", "__pycache__", "*.egg-info", "logs", "results")
    shutil.copytree(PROJECT, folder, ignore=not_copied)
    for file in existing_files(CONFIDENTIAL, stem):
        (folder / file).unlink()
    shutil.rmtree(folder / "figures")  # because the overview and the page show the figure
    print(f"write scripts/{stem}.py in {folder}; try: {sys.executable} scripts/{stem}.py draft.png")


def check(stem: str, folder: Path) -> None:
    """Print how the rewritten figure in `folder` differs from the original; show both in PAGE.

    Raises
    ------
    InputError
        If the rewritten script is missing, or it or the original fails.
    """
    script = folder / SCRIPT.format(stem)
    if not script.exists():
        raise InputError(f"{script}: missing; write it from {PROMPT.format(stem)}")
    new_numbers, new_pictures = _results(stem, folder)
    old_numbers, old_pictures = _results(stem, PROJECT)
    differing = changed_numbers.compare(old_numbers, new_numbers)
    count = len(old_numbers | new_numbers)
    print(f"fields: {count - len(differing)} of {count} are equal")
    for field, old, new, change in differing:
        print(f"  {field}: original {old}; rewritten {new}; largest difference {change or '-'}")
    print("tests: " + "\n  ".join(_test_results(stem, folder)))
    changes = [Diff(stem, name, old_pictures[name], new_pictures[name]) for name in new_pictures]
    pictures = [for_page(change) for change in changes]
    write_page(PAGE, "blind.html.jinja", stem=stem, pictures=pictures, numbers=differing)
    print(f"pictures: open {PAGE}")


def _results(stem: str, root: Path) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Run a figure's script in the folder `root`; its numbers by field, its pictures by name."""
    script = SCRIPT.format(stem)
    names = [f"{stem}{suffix}.png" for suffix in config.read().theme_suffixes]
    with TemporaryDirectory() as temporary:
        files = [Path(temporary, name) for name in names]
        command = [sys.executable, script, *map(str, files)]
        done = subprocess.run(command, cwd=root, capture_output=True, text=True)
        if done.returncode:
            raise InputError(
                f"{root / script}: ended with an error; correct it:\n{done.stderr.strip()}"
            )
        numbers = changed_numbers.of_figure(stem, root)
        pictures = {file.name: read(file) for file in files}
    return numbers, pictures


def _test_results(stem: str, folder: Path) -> list[str]:
    """Run the original's tests, except the image test; return a summary and the failed tests."""
    test = Path(TEST.format(stem))
    shutil.copy(test, folder / test)
    command = [*PYTEST, "-q", "--tb=no", "-k", "not test_picture", str(test)]
    if not (folder / "tests/conftest.py").exists():  # another lecture has none of its own
        command.append(str(MACHINERY / "tests/conftest.py"))
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    (folder / test).unlink()  # the author of the rewritten script must not see the tests
    lines = (done.stdout or done.stderr).splitlines()
    failures = [line for line in lines if line.startswith(("FAILED", "ERROR"))]
    summary = lines[-1]  # such as 2 failed, 3 passed
    return [summary, *failures]


def main(arguments: Sequence[str]) -> int:
    """Prepare the copy, or check the rewritten figure in it."""
    parser = Parser(prog="make blind")
    parser.add_argument("command", choices=("prepare", "check"))
    parser.add_argument("stem")
    parser.add_argument("folder", nargs="?", type=path)
    given = parser.parse_args(arguments)
    config.check_stem(given.stem, config.read())
    folder = given.folder or COPIES / given.stem
    if given.command == "prepare":
        prepare(given.stem, folder)
    else:
        check(given.stem, folder)
    return 0


if __name__ == "__main__":
    run(main)
