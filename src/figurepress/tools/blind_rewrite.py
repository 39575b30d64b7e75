"""Compare a rewritten figure with the original: ``python -m figurepress.tools.blind_rewrite``.

A figure is rewritten from its prompt alone, in a copy of the project.
"""

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from figurepress.command_line import MACHINERY, PROJECT, PYTEST, Parser, path, run
from figurepress.names import APPROVED, SOURCES, existing
from figurepress.project import config
from figurepress.project.approved_pictures import Change, read
from figurepress.project.validated_files import InputError
from figurepress.tools import changed_numbers
from figurepress.tools.review import shown, write_page

NUMBERS_COMMAND = ("-m", "figurepress.tools.changed_numbers")
COPIES = Path(".build/blind")
PAGE = Path("results/blind.html")
CONFIDENTIAL = (*SOURCES[1:], *APPROVED)  # script, tests, approved pictures


def prepare(stem: str, folder: Path) -> None:
    """Copy the project without the script, the tests and the pictures of a figure.

    Raises
    ------
    InputError
        If `folder` exists or is in the project.
    """
    if folder.exists():
        raise InputError(
            f"TO: {str(folder)!r}: exists already; move it away or choose another folder"
        )
    if folder.resolve().is_relative_to(PROJECT.resolve()) and folder != COPIES / stem:
        raise InputError(f"TO: {str(folder)!r}: is in the project; choose a folder outside of it")
    built = shutil.ignore_patterns(".*", "__pycache__", "*.egg-info", "logs", "results")
    shutil.copytree(PROJECT, folder, ignore=built)
    for file in existing(CONFIDENTIAL, stem):
        (folder / file).unlink()
    shutil.rmtree(folder / "figures")  # because the overview and the page show the figure
    print(f"write scripts/{stem}.py in {folder}; try: {sys.executable} scripts/{stem}.py draft.png")


def check(stem: str, folder: Path) -> None:
    """Compare a rewritten figure with the original: numbers, tests and pictures.

    Raises
    ------
    InputError
        If the rewritten script is missing or fails.
    """
    script = f"scripts/{stem}.py"
    if not (folder / script).exists():
        raise InputError(f"{folder / script}: missing; write it from prompts/{stem}.md")
    pictures = [f"{stem}{suffix}.png" for suffix in config.read().theme_suffixes]
    with TemporaryDirectory() as temporary:
        results = [Path(temporary, "original"), Path(temporary, "rewritten")]
        for root, result in zip((PROJECT, folder), results, strict=True):
            result.mkdir()
            _run(script, root, *NUMBERS_COMMAND, script, result / "numbers.npz")
            _run(script, root, script, *(result / name for name in pictures))
        old, new = (dict(np.load(result / "numbers.npz")) for result in results)
        drawn = [
            Change(stem, name, *(read(result / name) for result in results)) for name in pictures
        ]
    rows = changed_numbers.compare(old, new)
    print(f"fields: {len(old | new) - len(rows)} of {len(old | new)} are equal")
    for name, before, after, change in rows:
        print(f"  {name}: original {before}; rewritten {after}; largest difference {change or '-'}")
    print(f"tests: {_test(stem, folder)}")
    write_page(PAGE, "blind.html.jinja", stem=stem, pictures=map(shown, drawn), numbers=rows)
    print(f"pictures: open {PAGE}")


def _run(script: str, root: Path, *command: str | Path) -> None:
    """Run Python in a copy of the project."""
    done = subprocess.run([sys.executable, *command], cwd=root, capture_output=True, text=True)
    if done.returncode:
        raise InputError(
            f"{root / script}: ended with an error; correct it:\n{done.stderr.strip()}"
        )


def _test(stem: str, folder: Path) -> str:
    """Run the original's tests except for the picture; count the passes and list the failures."""
    test = Path(f"tests/figures/test_{stem}.py")
    shutil.copy(test, folder / test)
    fixtures = (
        [] if (folder / "tests/conftest.py").exists() else [str(MACHINERY / "tests/conftest.py")]
    )
    command = [*PYTEST, "-q", "--tb=no", "-k", "not test_picture", str(test), *fixtures]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    (folder / test).unlink()
    lines = (done.stdout or done.stderr).splitlines()
    return "\n  ".join([lines[-1], *(line for line in lines if line.startswith(("FAIL", "ERR")))])


def main(arguments: Sequence[str]) -> int:
    """Run the command line."""
    parser = Parser(prog="make blind")
    parser.add_argument("command", choices=("prepare", "check"))
    parser.add_argument("stem")
    parser.add_argument("folder", nargs="?", type=path)
    given = parser.parse_args(arguments)
    config.check_stem(given.stem, config.read())
    {"prepare": prepare, "check": check}[given.command](
        given.stem, given.folder or COPIES / given.stem
    )
    return 0


if __name__ == "__main__":
    run(main)
