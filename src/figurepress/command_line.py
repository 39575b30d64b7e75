"""Shared code of the commands behind `make`: folders, parser, errors and exit status."""

import argparse
import errno
import sys
from collections.abc import Callable, Sequence
from os.path import expanduser
from pathlib import Path
from typing import NoReturn

from figurepress.project.validated_files import InputError

PROJECT = Path()  # the lecture in the working directory
MACHINERY = Path(__file__).parents[2]  # the folder of the Snakefile and of the shared tests
# Runs tests of the lecture in the working directory with the settings of the machinery.
PYTEST = (
    sys.executable,
    "-m",
    "pytest",
    f"--config-file={MACHINERY / 'pyproject.toml'}",
    "--rootdir=.",
    "--import-mode=append",
)
# What to do about an error of the file system.
REMEDIES: dict[int | None, str] = {
    errno.EACCES: "make it readable and writable",
    errno.EROFS: "copy the folder to a writable disk",
    errno.ENOSPC: "free some disk space",
}


class Parser(argparse.ArgumentParser):
    """A parser that reports wrong use in one line."""

    def error(self, message: str) -> NoReturn:
        """End with exit status 2."""
        self.exit(2, f"{self.prog}: {message}\n")


def path(argument: str) -> Path:
    """The path in an argument, with ~ expanded: the shell does not expand ``TO=~/notes``."""
    return Path(expanduser(argument))  # noqa: PTH111 - Path.expanduser raises for an unknown user


def run(main: Callable[[Sequence[str]], int]) -> NoReturn:
    """Run the function ``main`` of a command, then end Python with the exit status it returns.

    An `InputError` or an `OSError` ends with a message and status 2, Ctrl-C with status 130.
    """
    try:
        sys.exit(main(sys.argv[1:]))
    except InputError as error:
        message = str(error)
    except OSError as error:  # such as a folder without read permission
        file = f"{error.filename}: " if error.filename else ""
        remedy = REMEDIES.get(error.errno, "correct this")
        message = f"{file}{error.strerror or error}; {remedy}, then run the command again"
    except KeyboardInterrupt:
        sys.exit(130)
    print(message, file=sys.stderr)
    sys.exit(2)
