"""Find the files that a script reads, and which of them are not declared."""

import os
import sys
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from figurepress.names import PACKAGE
from figurepress.project.sources import is_hidden


def collect() -> Callable[[], set[str]]:
    """Collect the paths of all files and folders that this process and its forks read from now on.

    Files that another program reads are collected if they are among its arguments. Imported
    modules count even if Python reads only their bytecode.

    Returns
    -------
    callable
        Returns the paths that were read so far.
    """
    found: set[str] = set()
    imported = set(sys.modules)
    process = os.getpid()
    found_by_forks = TemporaryFile("a+b", buffering=0)  # noqa: SIM115 - open to the end

    def note(event: str, arguments: tuple[Any, ...]) -> None:
        for name in _names(event, arguments):
            if isinstance(name, str | bytes | os.PathLike):
                path = os.path.abspath(os.fsdecode(name))  # noqa: PTH100 - keeps links
                if os.getpid() == process:
                    found.add(path)
                else:
                    with suppress(OSError, ValueError):  # the fork may have closed it
                        found_by_forks.write(os.fsencode(path) + b"\0")

    def so_far() -> set[str]:
        found_by_forks.seek(0)
        new = [module for name, module in dict(sys.modules).items() if name not in imported]
        files = {str(getattr(module, "__file__", None) or "") for module in new}
        return found.union(files, map(os.fsdecode, found_by_forks.read().split(b"\0"))) - {""}

    sys.addaudithook(note)
    return so_far


def _names(event: str, arguments: tuple[Any, ...]) -> Iterable[Any]:
    """The paths in an audit event of Python, if it reads files or folders."""
    if event == "open":
        name, _, flags = arguments
        is_written = flags & os.O_ACCMODE == os.O_WRONLY or flags & os.O_TRUNC
        return [] if is_written else [name]
    if event in ("os.listdir", "os.scandir"):
        is_import = "importlib" in sys._getframe(2).f_code.co_filename
        return [] if is_import else arguments
    if event in ("sqlite3.connect", "ctypes.dlopen"):
        return arguments
    if event in ("os.posix_spawn", "os.exec"):
        return arguments[1]
    if event == "os.system":
        return os.fsdecode(arguments[0]).split()
    if event == "subprocess.Popen":
        _, command, folder, _ = arguments
        words = [command] if isinstance(command, str | bytes) else command
        parts = [part for word in words for part in os.fsdecode(word).split()]
        return [str(Path(folder or "", part)) for part in parts]
    return []


def installed(root: Path) -> set[Path]:
    """The folders of Python and its packages, whose files a script may read undeclared.

    The code of the lecture is on ``sys.path``, too, but a script must declare what it reads there.
    """
    code = {root, root / "scripts", root / "src"}
    return {Path(folder).resolve() for folder in (*sys.path, sys.prefix, sys.base_prefix)} - code


def undeclared(read: Iterable[str], known: Collection[Path], root: Path) -> list[str]:
    """The paths that a script read and its prompt does not declare, relative to the lecture.

    Paths outside the lecture, its parent folder and the home folder belong to the system and do not
    count; nor do hidden files and caches. For a symbolic link, both link and target are returned.

    Parameters
    ----------
    read
        From `collect`.
    known
        Resolved paths of files and folders that may be read.
    root
        The folder of the lecture.
    """
    found = set()
    for path in map(Path, read):
        file = path.resolve()
        if path.exists() and not {*known, PACKAGE}.intersection((file, *file.parents)):
            found |= {_name(place, root) for place in (path, file)} - {""}
    return sorted(found)


def _name(path: Path, root: Path) -> str:
    """A path relative to the lecture; "" if it is hidden or somewhere else."""
    for top in (root, root.parent, Path.home()):
        if path != root and path.is_relative_to(top):
            below = path.relative_to(top)
            # Caches are hidden on Linux, and in ~/Library on macOS.
            is_shown = below.parts and not is_hidden(below) and below.parts[0] != "Library"
            return os.path.relpath(path, root) if is_shown else ""
    return ""
