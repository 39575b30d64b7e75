"""Find the files that a script reads, and which of them are not declared."""

import os
import sys
from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import Any

from figurepress.names import PACKAGE
from figurepress.project.sources import is_hidden


def start_recording() -> Callable[[], set[str]]:
    """Record the paths of all files and folders that this process reads from now on.

    Returns a function that returns the paths read so far, as absolute paths. Python reports each
    file that it opens to an audit hook. Files that another program reads are recorded if they are
    among its arguments. Imported modules count even if Python reads only their bytecode.
    """
    paths: set[str] = set()
    imported_before = set(sys.modules)

    def record_reads(event: str, arguments: tuple[Any, ...]) -> None:
        for name in _paths_read(event, arguments):
            if isinstance(name, str | bytes | os.PathLike):  # else a file descriptor
                paths.add(os.path.abspath(os.fsdecode(name)))  # noqa: PTH100 - resolve() follows links

    def read_so_far() -> set[str]:
        new_modules = [sys.modules[name] for name in set(sys.modules) - imported_before]
        module_files = {getattr(module, "__file__", None) or "" for module in new_modules}
        return (paths | module_files) - {""}

    sys.addaudithook(record_reads)
    return read_so_far


def _paths_read(event: str, arguments: tuple[Any, ...]) -> Iterable[Any]:
    """The files and folders that an audit event of Python reads: paths or file descriptors."""
    if event == "open":
        name, _, flags = arguments
        is_only_written = flags & os.O_ACCMODE == os.O_WRONLY or flags & os.O_TRUNC
        return [] if is_only_written else [name]
    if event in ("os.listdir", "os.scandir"):
        caller = sys._getframe(2)  # the code that lists the folder; 1 is the audit hook
        is_import = "importlib" in caller.f_code.co_filename  # searches sys.path for a module
        return [] if is_import else arguments
    if event == "subprocess.Popen":
        _, command, folder, _ = arguments
        # Any word may be the name of a file. An argument such as "sort a.txt" of sh has several.
        words = [word for argument in command for word in os.fsdecode(argument).split()]
        return [Path(folder or "", word) for word in words]
    return []


def installed_folders(root: Path) -> set[Path]:
    """The folders of Python and its packages, whose files a script may read undeclared."""
    folders = {Path(folder).resolve() for folder in (*sys.path, sys.prefix, sys.base_prefix)}
    folders.add(Path.home() / "Library")  # fonts and caches on macOS
    # These may be on sys.path, too, but a script must declare what it reads there.
    return folders - {root, root / "scripts", root / "src"}


def undeclared(paths: Iterable[str], allowed: Collection[Path], root: Path) -> list[str]:
    """The paths that a script read and its prompt does not declare, relative to the lecture.

    Paths outside the lecture, its parent folder and the home folder belong to the system and do not
    count; nor do hidden files and caches. For a symbolic link, both link and target are returned.
    The script may read figurepress, and the files and folders in `allowed` (resolved paths).
    """
    names = set()
    for path in map(Path, paths):
        target = path.resolve()  # differs from `path` if there is a symbolic link
        is_allowed = {*allowed, PACKAGE}.intersection((target, *target.parents))
        if path.exists() and not is_allowed:
            names |= {_relative_name(path, root), _relative_name(target, root)}
    return sorted(names - {""})


def _relative_name(path: Path, root: Path) -> str:
    """A path relative to the lecture in `root`; "" if reading it does not count."""
    for folder in (root, root.parent, Path.home()):
        if path.is_relative_to(folder):
            inner = path.relative_to(folder)
            return os.path.relpath(path, root) if inner.parts and not is_hidden(inner) else ""
    return ""
