"""Which files a figure is made from, and a digest of their content."""

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from figurepress.project import prompts

PACKAGE = Path(__file__).parents[1]
# What every figure is drawn with: the files below these folders, and the palette.
SHARED = ("look", "output", "palette.py", "names.py", "files.py")
# Other versions of these draw other pixels.
DRAWING_PACKAGES = ("matplotlib", "numpy", "pillow", "torch")


def of_figure(stem: str, root: Path = Path()) -> list[Path]:
    """The files of a figure: script, prompt, declared files, imported modules, machinery.

    Parameters
    ----------
    stem
        The figure's stem; its script is ``scripts/<stem>.py`` below `root`.
    root
        The folder of the lecture.
    """
    script, prompt = root / f"scripts/{stem}.py", root / f"prompts/{stem}.md"
    needs = [root / name for name in prompts.read(prompt).needs]
    return [script, prompt, *needs, *local_modules(script, root), *shared_files()]


@cache
def shared_files() -> tuple[Path, ...]:
    """The machinery's own files that shape every figure."""
    files = []
    for name in SHARED:
        place = PACKAGE / name
        inside = sorted(place.rglob("[!.]*")) if place.is_dir() else [place]
        files += [file for file in inside if file.is_file() and "__pycache__" not in file.parts]
    return tuple(files)


@cache
def local_modules(script: Path, root: Path = Path()) -> tuple[Path, ...]:
    """The lecture's own modules that a script imports, directly or through others.

    Looked for in ``scripts/`` and ``src/``, as the environment finds them.
    """
    found: dict[Path, None] = {}
    waiting = [script]
    while waiting:
        file = waiting.pop()
        for name in _imports(file):
            for module in _resolve(name, (script.parent, root / "src")):
                if module not in found and module != script:
                    found[module] = None
                    waiting.append(module)
    return tuple(sorted(found))


@cache
def libraries(script: Path, root: Path = Path()) -> tuple[str, ...]:
    """The third-party modules that a script imports, directly or through local ones."""
    names: dict[str, None] = {}
    for file in (script, *local_modules(script, root)):
        for name in _imports(file):
            top = name.partition(".")[0]
            if top != "figurepress" and not _resolve(top, (script.parent, root / "src")):
                names[name] = None
    return tuple(names)


def digest_of_figure(stem: str, dpi: int, root: Path = Path()) -> str:
    """A digest of all that shapes a figure's files: sources, libraries, resolution."""
    return digest(of_figure(stem, root), f"dpi {dpi}", *map(_version, DRAWING_PACKAGES))


def digest(files: Iterable[Path], *settings: str) -> str:
    """A hash of the names and the content of `files`, and of `settings`.

    A missing file counts as such, so that its return is a change.
    """
    total = sha256("\n".join(settings).encode())
    for file in files:
        try:
            content = sha256(file.read_bytes()).hexdigest()
        except OSError:
            content = "missing"
        total.update(f"{file.name} {content}\n".encode())
    return total.hexdigest()


@cache
def _version(package: str) -> str:
    try:
        return f"{package} {version(package)}"
    except PackageNotFoundError:
        return f"{package} missing"


def _imports(file: Path) -> Iterator[str]:
    """The names that a file imports; ``from a import b`` may mean the module ``a.b``."""
    try:
        tree = ast.parse(file.read_bytes())
    except (OSError, SyntaxError, ValueError):  # running the script reports it
        return
    package = _package_of(file)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names)


def _package_of(file: Path) -> list[str]:
    """The names of the packages that a module lies in, outermost first."""
    names: list[str] = []
    folder = file.parent
    while (folder / "__init__.py").is_file():
        names.insert(0, folder.name)
        folder = folder.parent
    return names


def _resolve(name: str, folders: Iterable[Path]) -> list[Path]:
    """The local files that ``import name`` runs; none if it is not a local module."""
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
            else:
                break
        if files:
            return files
    return []
