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


def start_recording() -> Callable[[], set[str]]:
    """Record the paths of all files and folders that this process and its forks read from now on.

    Returns a function that returns the paths read so far, as absolute paths. Python reports each
    file that it opens to an audit hook. Files that another program reads are recorded if they are
    among its arguments. Imported modules count even if Python reads only their bytecode.
    """
    paths: set[str] = set()
    imported_before = set(sys.modules)
    this_process = os.getpid()
    # Forks write their paths to this open file, each with a zero byte at its end.
    paths_of_forks = TemporaryFile("a+b", buffering=0)  # noqa: SIM115 - open until exit

    def record_reads(event: str, arguments: tuple[Any, ...]) -> None:
        for name in _paths_read(event, arguments):
            if isinstance(name, str | bytes | os.PathLike):  # else a file descriptor
                path = os.path.abspath(os.fsdecode(name))  # noqa: PTH100 - resolve() follows links
                if os.getpid() == this_process:
                    paths.add(path)
                else:
                    with suppress(OSError, ValueError):  # the fork may have closed the file
                        paths_of_forks.write(os.fsencode(path) + b"\0")

    def read_so_far() -> set[str]:
        modules = sys.modules.copy()  # a copy, because other threads may import
        new_modules = [module for name, module in modules.items() if name not in imported_before]
        module_files = {str(getattr(module, "__file__", None) or "") for module in new_modules}
        paths_of_forks.seek(0)
        in_forks = map(os.fsdecode, paths_of_forks.read().split(b"\0"))
        return paths.union(module_files, in_forks) - {""}

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
    if event in ("sqlite3.connect", "ctypes.dlopen"):
        return arguments
    if event in ("os.posix_spawn", "os.exec"):
        return arguments[1]  # the command line of the program
    if event == "os.system":
        return os.fsdecode(arguments[0]).split()
    if event == "subprocess.Popen":
        _, command, folder, _ = arguments
        texts = [command] if isinstance(command, str | bytes) else command
        # Any word may be the name of a file. An argument such as "sort a.txt" of sh has several.
        words = [word for text in texts for word in os.fsdecode(text).split()]
        return [str(Path(folder or "", word)) for word in words]
    return []


def installed_folders(root: Path) -> set[Path]:
    """The folders of Python and its packages, whose files a script may read undeclared."""
    folders = {Path(folder).resolve() for folder in (*sys.path, sys.prefix, sys.base_prefix)}
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
        if path != root and path.is_relative_to(folder):
            inner = path.relative_to(folder)
            # Caches are hidden on Linux, and in ~/Library on macOS.
            in_library = folder == Path.home() and inner.parts[:1] == ("Library",)
            counts = inner.parts and not is_hidden(inner) and not in_library
            return os.path.relpath(path, root) if counts else ""
    return ""
