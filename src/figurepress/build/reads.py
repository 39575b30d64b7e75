"""Find the files that a script reads, and those of them that nothing declares."""

import os
import sys
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

from figurepress.project.sources import PACKAGE, is_hidden


def collect() -> set[str]:
    """A set that collects the paths of all files and folders that this process reads from now on.

    Files that a subprocess reads are not collected.
    """
    found: set[str] = set()

    def note(event: str, arguments: tuple[Any, ...]) -> None:
        if _reads(event, arguments) and isinstance(arguments[0], str | bytes | os.PathLike):
            found.add(os.path.abspath(os.fsdecode(arguments[0])))  # noqa: PTH100 - keeps links

    sys.addaudithook(note)
    return found


def _reads(event: str, arguments: tuple[Any, ...]) -> bool:
    """Whether an audit event of Python reads a file or folder, which is its first argument."""
    if event == "open":
        flags = arguments[2]
        return flags & os.O_ACCMODE != os.O_WRONLY and not flags & os.O_TRUNC
    is_listed = event in ("os.listdir", "os.scandir")
    return is_listed and "importlib" not in sys._getframe(2).f_code.co_filename


def installed(root: Path) -> set[Path]:
    """The folders from which Python imports, except for those of the lecture."""
    code = {root, root / "scripts", root / "src"}
    return {Path(it).resolve() for it in (*sys.path, sys.prefix, sys.base_prefix)} - code


def undeclared(read: Iterable[str], known: Collection[Path], root: Path) -> list[str]:
    """The paths that were read and are not known, relative to the folder of the lecture.

    Only files in the lecture, next to it and in the home folder count, without hidden files.
    Modules count even if Python read only their bytecode.

    Parameters
    ----------
    read
        From `collect`.
    known
        Resolved paths of files and folders that may be read.
    root
        The folder of the lecture.
    """
    modules = {getattr(module, "__file__", None) for module in list(sys.modules.values())}
    found = set()
    for path in (Path(name) for name in {*read, *modules} if name):
        file = path.resolve()
        if path.exists() and not {*known, PACKAGE}.intersection((file, *file.parents)):
            found |= {_name(place, root) for place in (path, file)} - {""}
    return sorted(found)


def _name(path: Path, root: Path) -> str:
    """A path relative to the lecture; "" if it is hidden or somewhere else."""
    for top in (root, root.parent, Path.home()):
        if path != root and path.is_relative_to(top):
            below = path.relative_to(top)
            is_shown = below.parts and not is_hidden(below) and below.parts[0] != "Library"  # macOS
            return os.path.relpath(path, root) if is_shown else ""
    return ""
