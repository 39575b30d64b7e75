"""Find the files that a script reads and that its prompt does not declare."""

import os
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from figurepress.names import PACKAGE
from figurepress.project.sources import is_hidden


def start_recording(root: Path) -> Callable[[Iterable[Path]], list[str]]:
    """Record the paths of all files and folders that this process and its forks read from now on.

    Python reports each file that it opens to an audit hook. Files that another program reads are
    recorded if they are among its arguments. Imported modules count even if Python reads only
    their bytecode.

    Returns a function that takes the paths that the script may read, and returns all other paths
    that the script has read so far, relative to the lecture in `root`. Paths outside the lecture,
    its parent folder and the home folder belong to the system and do not count; nor do hidden
    files, Python's packages and figurepress. Of a symbolic link, it returns link and target.
    """
    paths: set[str] = set()
    # Each process appends its paths to this open file, with a zero byte at the end of each.
    shared = TemporaryFile("a+b", buffering=0)  # noqa: SIM115 - open until exit
    imported_before = set(sys.modules)
    system = {Path(folder).resolve() for folder in (*sys.path, sys.prefix, sys.base_prefix)}
    # Folders of the lecture may be on sys.path, too, but prompts declare what scripts read there.
    system -= {root, root / "scripts", root / "src"}
    system.add(PACKAGE)
    library = Path.home() / "Library"  # has fonts and caches on macOS
    if not root.is_relative_to(library):  # a lecture in iCloud Drive is in this folder
        system.add(library)

    def record_reads(event: str, arguments: tuple[Any, ...]) -> None:
        for name in _paths_read(event, arguments):
            if isinstance(name, str | bytes | os.PathLike):  # else a file descriptor
                path = os.path.abspath(os.fsdecode(name))  # noqa: PTH100 - resolve() follows links
                if path not in paths:
                    paths.add(path)
                    with suppress(OSError, ValueError):  # the script may have closed the file
                        shared.write(os.fsencode(path) + b"\0")

    def undeclared(declared: Iterable[Path]) -> list[str]:
        allowed = system | {path.resolve() for path in declared}
        new_modules = [sys.modules[name] for name in set(sys.modules) - imported_before]
        files = [getattr(module, "__file__", None) for module in new_modules]
        module_files = {file for file in files if file}  # built-in modules have none
        shared.seek(0)
        paths_of_forks = map(os.fsdecode, shared.read().split(b"\0")[:-1])  # ends with \0
        names = set()
        for path in map(Path, paths.union(module_files, paths_of_forks)):
            target = path.resolve()  # differs from `path` if there is a symbolic link
            if path.exists() and not allowed.intersection((target, *target.parents)):
                names |= {_relative_name(path, root), _relative_name(target, root)}
        return sorted(names - {""})  # "" stands for paths that do not count

    sys.addaudithook(record_reads)
    return undeclared


def _paths_read(event: str, arguments: tuple[Any, ...]) -> Iterable[Any]:
    """The files and folders that an audit event of Python reads: paths or file descriptors."""
    if event == "open":
        name, _, flags = arguments
        is_write_only = (flags & os.O_ACCMODE) == os.O_WRONLY
        is_emptied = flags & os.O_TRUNC
        return [] if is_write_only or is_emptied else [name]
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
        # Any word may be the name of a file. An argument such as "sort a.txt" of sh has several.
        words = [word for argument in command for word in os.fsdecode(argument).split()]
        return [Path(folder or "", word) for word in words]
    return []


def _relative_name(path: Path, root: Path) -> str:
    """A path relative to the lecture in `root`; "" if reading it does not count."""
    for folder in (root, root.parent, Path.home()):
        if path.is_relative_to(folder):
            inner = path.relative_to(folder)
            if not inner.parts or is_hidden(inner):  # the folder itself, or a hidden file
                return ""
            return os.path.relpath(path, root)
    return ""
