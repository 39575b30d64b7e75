"""The source files of a figure, and a digest of their content."""

from collections.abc import Iterable, Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path

from figurepress.files import hash_of
from figurepress.names import PACKAGE, SOURCES, existing_files, is_result
from figurepress.project import config, prompts
from figurepress.project.imports import local_modules

# The code that draws every figure: folders and files in src/figurepress.
SHARED = ("look", "output", "palette.py", "names.py", "files.py", "project/numbers_for_page.py")
# The pinned versions of all packages. `make` installs them when these files change.
PINNED_VERSIONS = [PACKAGE.parents[1] / "envs" / name for name in ("draw.txt", "torch.txt")]


def of_figure(stem: str) -> list[Path]:
    """All files that a figure is made from: its own, and those of the machinery that draws it."""
    return [*own_files(stem), *shared_files()]


def own_files(stem: str) -> list[Path]:
    """The script of a figure, its prompt, the files under ``needs``, and the imported modules."""
    script = Path(f"scripts/{stem}.py")
    prompt = Path(f"prompts/{stem}.md")
    return [script, prompt, *needed_files(stem), *local_modules(script)]


def handwritten(stem: str) -> list[Path]:
    """The handwritten files of a figure that exist: prompt, script, tests, experiments."""
    return [*existing_files(SOURCES, stem), *experiment_scripts(stem)]


def experiment_scripts(stem: str) -> list[Path]:
    """The scripts of the experiments whose results a figure needs."""
    needs = [Path(name) for name in prompts.read(stem).needs]
    return [Path(f"experiments/{file.stem}.py") for file in needs if is_result(file)]


def modules(stems: Sequence[str]) -> list[Path]:
    """The lecture's own modules that scripts and experiments of these figures import.

    Empty files, which only mark a package, are left out.
    """
    scripts = {Path(f"scripts/{stem}.py") for stem in stems}
    experiments = {script for stem in stems for script in experiment_scripts(stem)}
    imported = {module for program in scripts | experiments for module in local_modules(program)}
    return sorted(module for module in imported - scripts if module.stat().st_size)


def needed_files(stem: str) -> list[Path]:
    """The files under ``needs`` of a figure, and all files in the folders there."""
    return [file for name in prompts.read(stem).needs for file in files_in(Path(name))]


def files_in(place: Path) -> list[Path]:
    """The files in a folder, without hidden files and bytecode; `place` itself if it is a file."""
    if not place.is_dir():
        return [place]
    files = [file for file in sorted(place.rglob("*")) if file.is_file()]
    return [file for file in files if not is_hidden(file.relative_to(place))]


def is_hidden(path: Path) -> bool:
    """Whether a relative path leads to a hidden file or into a cache of bytecode."""
    return any(part.startswith(".") or part == "__pycache__" for part in path.parts)


@cache
def shared_files() -> tuple[Path, ...]:
    """The files that affect every figure: code of figurepress, and the versions of packages."""
    code = [file for name in SHARED for file in files_in(PACKAGE / name)]
    return (*code, *PINNED_VERSIONS)


def digest_of_figure(stem: str, dpi: int) -> str:
    """A digest of everything that affects the files of a figure: sources, libraries, settings."""
    settings = config.read_without_prompts()
    look = f"dpi {dpi} {settings.width} {settings.colors} {settings.series}"
    # Scripts read these files by path, but digest_of_files uses only their names.
    paths = map(str, needed_files(stem))
    return digest_of_files(of_figure(stem), look, *paths)


def digest_of_files(files: Iterable[Path], *settings: str) -> str:
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
