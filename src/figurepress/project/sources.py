"""The source files of a figure, and a digest of their content."""

import ast
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, packages_distributions, version
from pathlib import Path
from typing import NamedTuple

from figurepress.cache import cached
from figurepress.names import SOURCES, is_result
from figurepress.project import config, prompts

PACKAGE = Path(__file__).parents[1]
# The code that draws every figure: folders and files of this package.
SHARED = ("look", "output", "palette.py", "names.py", "files.py")
# Packages whose version can change the pixels.
DRAWING_PACKAGES = (
    *("matplotlib", "numpy", "pillow", "torch", "contourpy", "fonttools", "kiwisolver"),
    *("font-source-sans-pro", "font-source-serif-pro"),
)


def of_figure(stem: str) -> list[Path]:
    """The source files of a figure: script, prompt, declared files, imported modules, machinery."""
    return [*own_files(stem), *shared_files()]


def own_files(stem: str) -> list[Path]:
    """The source files of a figure without those of the machinery."""
    script, prompt = Path(f"scripts/{stem}.py"), Path(f"prompts/{stem}.md")
    return [script, prompt, *needed_files(stem), *local_modules(script)]


def handwritten(stem: str) -> list[Path]:
    """The handwritten files of a figure that exist: prompt, script, tests, experiments."""
    files = [Path(pattern.format(stem)) for pattern in SOURCES]
    return [*(file for file in files if file.is_file()), *experiments(stem)]


def experiments(stem: str) -> list[Path]:
    """The scripts of the experiments whose results a figure needs."""
    needs = [Path(name) for name in prompts.read(stem).needs]
    return [Path(f"experiments/{it.stem}.py") for it in needs if is_result(it)]


def modules(stems: Iterable[str]) -> list[Path]:
    """The lecture's own modules that scripts and experiments of these figures import.

    Without empty files, which only mark a package.
    """
    own = {Path(f"scripts/{stem}.py") for stem in stems}
    scripts = own.union(*(experiments(stem) for stem in stems))
    found = {module for script in scripts for module in local_modules(script)} - own
    return sorted(file for file in found if file.stat().st_size)


def needed_files(stem: str) -> list[Path]:
    """The files under ``needs`` of a figure, and all files in the folders there."""
    return [file for name in prompts.read(stem).needs for file in files_in(Path(name))]


def files_in(place: Path) -> list[Path]:
    """The files in a folder, without hidden files and bytecode; if `place` is a file, itself."""
    if not place.is_dir():
        return [place]
    files = [file for file in sorted(place.rglob("*")) if file.is_file()]
    return [file for file in files if not is_hidden(file.relative_to(place))]


def is_hidden(path: Path) -> bool:
    """Whether a relative path leads to a hidden file or into a cache of bytecode."""
    return any(part.startswith(".") or part == "__pycache__" for part in path.parts)


@cache
def shared_files() -> tuple[Path, ...]:
    """The files of this package that affect every figure."""
    return tuple(file for name in SHARED for file in files_in(PACKAGE / name))


def local_modules(script: Path) -> tuple[Path, ...]:
    """The lecture's own modules that a script imports, directly or indirectly.

    They are in ``scripts/`` or ``src/``, where the environment finds them too. This package is not
    among them: `shared_files` lists what affects a figure.
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


def digest_of_figure(stem: str, dpi: int) -> str:
    """A digest of everything that affects the files of a figure: sources, libraries, settings."""
    settings = config.read_alone()
    look = f"dpi {dpi} {settings.width} {settings.colors} {settings.series}"
    packages = dict.fromkeys((*DRAWING_PACKAGES, *_packages(Path(f"scripts/{stem}.py"))))
    names = (*map(str, needed_files(stem)), *map(version_of, packages))
    return digest(of_figure(stem), look, *names)


def digest(files: Iterable[Path], *settings: str) -> str:
    """A hash of `settings` and of the names and contents of `files`.

    A missing file is part of the digest, so creating it changes the digest.
    """
    total = sha256("\n".join(settings).encode())
    for file in files:
        try:
            content = hash_of(file)
        except OSError:
            content = "missing"
        total.update(f"{file.name} {content}\n".encode())
    return total.hexdigest()


def _packages(script: Path) -> list[str]:
    """The packages that a script and its own modules import, without DRAWING_PACKAGES."""
    tops = {_top(name) for name in libraries([script])}
    found = sorted(tops - {*DRAWING_PACKAGES, *sys.stdlib_module_names})
    return [package for it in found for package in _distributions().get(it, [])]


@cache
def _distributions() -> Mapping[str, list[str]]:
    """The packages that provide each module; slow, because it reads the metadata of all."""
    return packages_distributions()


def hash_of(file: Path) -> str:
    """A hash of the content of a file."""
    now = file.stat()
    return _hash(file, now.st_ino, now.st_ctime_ns, now.st_size)


@cache  # cached, because all figures share the files of the machinery
def _hash(file: Path, *state: int) -> str:
    """A hash of the content of a file; `state` changes when the file is written."""
    return sha256(file.read_bytes()).hexdigest()


@cache
def version_of(package: str) -> str:
    """The name and the installed version of a package."""
    try:
        return f"{package} {version(package)}"
    except PackageNotFoundError:
        return f"{package} missing"


class _Imported(NamedTuple):
    """What a file imports directly."""

    modules: frozenset[Path]  # of the lecture
    libraries: frozenset[str]


@cache  # cached, because each digest needs it, and many figures import the same modules
def _imported(file: Path, folders: tuple[Path, ...]) -> _Imported:
    """What a file imports directly, its lecture's modules being in these folders."""
    names = [name for name in _imports(file) if _top(name) != PACKAGE.name]
    modules = frozenset(module for name in names for module in _resolve(name, folders))
    others = (name for name in names if not _resolve(_top(name), (*folders, PACKAGE.parent)))
    return _Imported(modules, frozenset(others))


def _imports(file: Path) -> list[str]:
    """The names that a file imports; for ``from a import b``, both ``a`` and ``a.b``."""
    package = _package_of(file)
    step = digest([Path(__file__)], "imports", sys.version, *package)
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
