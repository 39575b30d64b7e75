"""Shared code of the command-line tools: folders, parser, output and exit status."""

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
    *(sys.executable, "-m", "pytest", "-c", str(MACHINERY / "pyproject.toml")),
    *("--rootdir", ".", "--import-mode", "append"),
)
REMEDIES = {
    errno.EACCES: "make it readable and writable",
    errno.EROFS: "copy the folder to a disk that can be written",
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
    """Run ``main`` with the command line.

    Bad input causes its message and exit status 2, Ctrl-C exit status 130.
    """
    for stream in (sys.stdout, sys.stderr):
        # Print even a file name that is not valid UTF-8.
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr] # real streams
    try:
        sys.exit(main(sys.argv[1:]))
    except InputError as error:
        print(error, file=sys.stderr)
    except OSError as error:  # such as a folder without read permission
        place = f"{error.filename}: " if error.filename else ""
        remedy = REMEDIES.get(error.errno or 0, "correct this")
        reason = f"{place}{error.strerror or error}"
        print(f"{reason}; {remedy}, then run the command again", file=sys.stderr)
    except KeyboardInterrupt:
        sys.exit(130)
    sys.exit(2)
