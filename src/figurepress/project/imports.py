"""What a script imports: the lecture's own modules, and libraries."""

import ast
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import takewhile
from pathlib import Path

from figurepress.cache import cached
from figurepress.files import hash_of
from figurepress.names import PACKAGE


def local_modules(script: Path) -> tuple[Path, ...]:
    """The lecture's own modules that a script imports, directly or indirectly.

    They are in ``scripts/`` or ``src/``. Modules of figurepress, which may also be in ``src/``,
    are left out; `sources.shared_files` lists those that figures use.
    """
    modules: set[Path] = set()
    unread = [script]
    while unread:
        imported, _ = _direct_imports(unread.pop(), _folders(script))
        new = imported - modules - {script}
        modules |= new
        unread += new
    return tuple(sorted(modules))


def _folders(script: Path) -> tuple[Path, ...]:
    """The folders of the lecture from which a script can import: its own, and ``src/``."""
    return (script.parent, script.parent.with_name("src"))


def libraries(scripts: Iterable[Path]) -> list[str]:
    """The libraries that these scripts and their own modules import, by dotted name.

    ``from a import b`` gives ``a`` and ``a.b``, which is not a module if ``b`` is a function.
    """
    names: set[str] = set()
    for script in scripts:
        for file in (script, *local_modules(script)):
            _, imported = _direct_imports(file, _folders(script))
            names |= imported
    return sorted(names)


def forget() -> None:
    """Clear the caches, for a process in which files of the lecture change."""
    _direct_imports.cache_clear()
    _local_files.cache_clear()


@cache  # many figures import the same modules, and the digest of each figure needs them
def _direct_imports(file: Path, folders: tuple[Path, ...]) -> tuple[set[Path], set[str]]:
    """What a file imports: modules in these folders of the lecture, and names of libraries."""
    names = [name for name in _imported_names(file) if _top_level(name) != PACKAGE.name]
    modules = {module for name in names for module in _local_files(name, folders)}
    source_folders = (*folders, PACKAGE.parent)  # neighbours of figurepress are no libraries
    libraries = {name for name in names if not _local_files(_top_level(name), source_folders)}
    return modules, libraries


def _imported_names(file: Path) -> list[str]:
    """The names that a file imports; for ``from a import b``, both ``a`` and ``a.b``."""
    package = _package_of(file)
    # The cached names depend on this module, on Python and, for relative imports, on the package.
    version = " ".join(["imports", hash_of(Path(__file__)), sys.version, *package])
    try:
        code = file.read_bytes()
        names = cached(version, code, lambda: "\n".join(_names_in_code(code, package)).encode())
    except (OSError, SyntaxError, ValueError):  # reported when the script runs
        return []
    return names.decode().split()


def _names_in_code(code: bytes, package: list[str]) -> Iterator[str]:
    """The names that a module in this package imports, also by ``from . import x``."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parts: list[str] = []
            if node.level:  # the number of dots: one for this package, two for its parent
                parts += package[: len(package) - node.level + 1]
            if node.module:
                parts.append(node.module)
            module = ".".join(parts)
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names)


def _top_level(name: str) -> str:
    """The first part of a dotted name: matplotlib for matplotlib.figure."""
    return name.partition(".")[0]


def _package_of(file: Path) -> list[str]:
    """The names of the packages that contain a module: a and b for src/a/b/c.py."""
    packages = takewhile(lambda folder: (folder / "__init__.py").is_file(), file.parents)
    return [folder.name for folder in packages][::-1]


@cache  # the scripts import mostly the same names
def _local_files(name: str, folders: tuple[Path, ...]) -> list[Path]:
    """The files in these folders that ``import name`` runs; empty if it is not a module there.

    ``import a.b`` runs ``a/__init__.py`` and ``a/b.py``.
    """
    for folder in folders:
        files = []
        path = folder
        for part in name.split("."):
            path = path / part
            package = path / "__init__.py"
            module = path.with_suffix(".py")
            if package.is_file():
                files.append(package)
            elif module.is_file():
                files.append(module)
                break
            elif not path.is_dir():  # a folder without __init__.py is a package, too
                break
        if files:
            return files
    return []
