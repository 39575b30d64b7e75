"""What a script imports: the lecture's own modules, libraries and their packages."""

import ast
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import NamedTuple

from figurepress.cache import cached
from figurepress.files import hash_of
from figurepress.names import PACKAGE


def local_modules(script: Path) -> tuple[Path, ...]:
    """The lecture's own modules that a script imports, directly or indirectly.

    They are in ``scripts/`` or ``src/``. Modules of this package are not among them, although the
    environment finds them in ``src/``, too: `shared_files` lists those that affect a figure.
    """
    found: set[Path] = set()
    waiting = [script]
    while waiting:
        new = _imported(waiting.pop(), _folders(script)).modules - found - {script}
        found |= new
        waiting += new
    return tuple(sorted(found))


def _folders(script: Path) -> tuple[Path, ...]:
    """The folders of the lecture from which `run_script` lets a script import."""
    return (script.parent, script.parent.with_name("src"))


def libraries(scripts: Iterable[Path]) -> list[str]:
    """Names of libraries to preload for these scripts; not all of them are modules.

    ``from a import b`` gives ``a`` and ``a.b``, whether or not ``a.b`` is a module.
    """
    found: set[str] = set()
    for script in scripts:
        for file in (script, *local_modules(script)):
            found |= _imported(file, _folders(script)).libraries
    return sorted(found)


def packages(script: Path) -> list[str]:
    """The packages that a script and its own modules import."""
    modules = {_top(name) for name in libraries([script])} - sys.stdlib_module_names
    return [package for module in sorted(modules) for package in _providers(module)]


@cache
def _providers(module: str) -> list[str]:
    """The packages that provide a module."""
    if module in ("matplotlib", "numpy", "torch"):  # for speed: nearly all scripts import them
        return [module]
    return packages_distributions().get(module, [])  # reads the metadata of all packages


class _Imported(NamedTuple):
    """What a file imports directly."""

    modules: frozenset[Path]  # of the lecture
    libraries: frozenset[str]


@cache  # cached, because each digest needs it, and many figures import the same modules
def _imported(file: Path, folders: tuple[Path, ...]) -> _Imported:
    """What a file imports directly; the modules of its lecture are in these folders."""
    names = [name for name in _imports(file) if _top(name) != PACKAGE.name]
    modules = frozenset(module for name in names for module in _resolve(name, folders))
    others = (name for name in names if not _resolve(_top(name), (*folders, PACKAGE.parent)))
    return _Imported(modules, frozenset(others))


def _imports(file: Path) -> list[str]:
    """The names that a file imports; for ``from a import b``, both ``a`` and ``a.b``."""
    package = _package_of(file)
    step = " ".join(["imports", hash_of(Path(__file__)), sys.version, *package])
    try:
        code = file.read_bytes()
        return cached(step, code, lambda: "\n".join(_find(code, package)).encode()).decode().split()
    except (OSError, SyntaxError, ValueError):  # reported when the script runs
        return []


def _find(code: bytes, package: list[str]) -> Iterator[str]:
    """The names that the code of a module in a package imports."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names)


def _top(name: str) -> str:
    """The package of a module."""
    return name.partition(".")[0]


def _package_of(file: Path) -> list[str]:
    """The names of the packages that contain a module, outermost first."""
    names: list[str] = []
    folder = file.parent
    while (folder / "__init__.py").is_file():
        names.insert(0, folder.name)
        folder = folder.parent
    return names


@cache  # cached, because all figures import the same libraries
def _resolve(name: str, folders: tuple[Path, ...]) -> list[Path]:
    """The local files that ``import name`` runs; empty if it is not a local module."""
    for folder in folders:
        files = []
        place = folder
        for part in name.split("."):
            place = place / part
            module, package = place.with_suffix(".py"), place / "__init__.py"
            if package.is_file():
                files.append(package)
            elif module.is_file():
                files.append(module)
                break
            elif not place.is_dir():  # a folder without __init__.py is a package, too
                break
        if files:
            return files
    return []
