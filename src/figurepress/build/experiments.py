"""Experiments: long computations whose results are committed, for figures to load.

``experiments/<name>.py`` has a function ``run()`` that returns arrays by name. They are stored in
``data/<name>.npz``, together with their origin: the hash of each file they were computed from.
"""

import ast
import json
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from figurepress.project import prompts, sources
from figurepress.project.config import Config
from figurepress.project.imports import local_modules

# The key of the script in an origin: not its name, so that renamed experiments are not stale.
SCRIPT = "script"


def script(name: str) -> Path:
    """The script of an experiment."""
    return Path(f"experiments/{name}.py")


def data(name: str) -> Path:
    """The results of an experiment."""
    return Path(f"data/{name}.npz")


def marker(name: str) -> Path:
    """The output of an experiment for Snakemake: it exists if the last run succeeded.

    It is not the data, because Snakemake deletes the outputs of a job before it runs.
    """
    return Path(f".build/experiments/{name}")


def of_figure(stem: str) -> list[str]:
    """The experiments whose results a figure needs."""
    return [file.stem for file in sources.experiments(stem)]


def of_figures(stems: Iterable[str]) -> dict[str, list[str]]:
    """The experiments of these figures, each with the figures that need its results."""
    figures: dict[str, list[str]] = {}
    for stem in stems:
        for name in of_figure(stem):
            figures.setdefault(name, []).append(stem)
    return figures


def inputs_of_figure(stem: str) -> list[Path]:
    """The inputs of a figure for Snakemake. The marker of its experiment replaces missing data.

    They do not include the machinery: its digest is a parameter of the rule, and more inputs take
    time.
    """
    missing = {data(name): marker(name) for name in of_figure(stem) if not data(name).exists()}
    return [missing.get(file, file) for file in sources.own_files(stem)]


def time_limit(name: str, settings: Config) -> int:
    """The time limit of an experiment in seconds, the largest if several figures need it."""
    stems = of_figures(settings.figures)[name]
    own = [prompts.read(stem).experiment_time_limit for stem in stems]
    return max(limit or settings.experiment_time_limit for limit in own)


def stale(stems: Iterable[str]) -> list[str]:
    """One message for each data file whose sources have changed since it was computed."""
    return [
        f"{data(name)}: {', '.join(changes)} changed after it was computed; "
        f"run `make data FIGURE={figures[0]}`"
        for name, figures in of_figures(stems).items()
        if data(name).exists() and (changes := changed(name))
    ]


def changed(name: str) -> list[str]:
    """The sources of an experiment that have changed or vanished since it ran."""
    then = _stored_origin(data(name))
    now = origin(name, [Path(key) for key in then if key != SCRIPT])
    differing = [key for key in now if now[key] != then.get(key)]
    return [str(script(name)) if key == SCRIPT else key for key in differing]


def origin(name: str, inputs: Iterable[Path]) -> dict[str, str]:
    """The hashes of the script, of the local modules that it imports, and of the inputs."""
    own = script(name)
    files = sorted({*local_modules(own), *inputs} - {own})
    return {SCRIPT: _hash_of_code(own)} | {file.as_posix(): _hash_of_code(file) for file in files}


def _stored_origin(file: Path) -> dict[str, str]:
    """The origin stored in a file of results; empty if no experiment wrote the file."""
    try:
        with ZipFile(file) as archive:
            return json.loads(archive.comment)
    except (BadZipFile, ValueError):
        return {}


def _hash_of_code(file: Path) -> str:
    """A hash of a file. In Python code, comments, docstrings and layout do not count."""
    try:
        content = file.read_bytes()
        if file.suffix == ".py":
            content = repr(_statements(ast.parse(content))).encode()
    except (OSError, SyntaxError, ValueError):
        return "unreadable"
    return sha256(content).hexdigest()[:16]


def _statements(node: object) -> object:
    """A syntax tree without docstrings as nested lists, the same in all versions of Python."""
    if isinstance(node, list):
        return [_statements(item) for item in node if not _is_docstring(item)]
    if not isinstance(node, ast.AST):
        return node
    if isinstance(node, ast.JoinedStr):  # Python 3.12 adds empty texts to f"{x:{width}}"
        node.values = [part for part in node.values if getattr(part, "value", None) != ""]
    fields = [(key, value) for key, value in ast.iter_fields(node) if value not in (None, [])]
    return [type(node).__name__, *((key, _statements(value)) for key, value in fields)]


def _is_docstring(node: object) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
