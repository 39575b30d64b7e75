"""What the command-line tools share: folders, the parser, and how a run ends."""

import argparse
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from os.path import expanduser
from pathlib import Path
from typing import NoReturn

from figurepress.project.validation import InputError

PROJECT = Path()  # the lecture whose figures these are: the working directory
RECORD = Path("figures/.exported.json")  # what an export leaves in the folder of a lecture


class Parser(argparse.ArgumentParser):
    """A parser that reports wrong use in one line."""

    def error(self, message: str) -> NoReturn:
        """End with exit status 2."""
        self.exit(2, f"{self.prog}: {message}\n")


def path(argument: str) -> Path:
    """The path that an argument names; the shell does not expand ``TO=~/notes``."""
    return Path(expanduser(argument))  # noqa: PTH111 - Path's raises if there is no such user


def show(lines: Iterable[str]) -> None:
    """Print a report. A reader such as ``head`` may stop before its end."""
    try:
        print("\n".join(lines), flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def run(main: Callable[[Sequence[str]], int]) -> NoReturn:
    """Run ``main`` with the command line.

    Bad input ends with its message and exit status 2, Ctrl-C with 130.
    """
    for stream in (sys.stdout, sys.stderr):
        # Any file name can be printed.
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr] # real streams
    try:
        sys.exit(main(sys.argv[1:]))
    except InputError as error:
        print(error, file=sys.stderr)
    except OSError as error:  # such as a folder that nobody may look into
        print(f"{error.filename}: {error.strerror}", file=sys.stderr)
    except KeyboardInterrupt:
        sys.exit(130)
    sys.exit(2)
