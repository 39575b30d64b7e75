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

# The key of the script in an origin. It is not the file name, so an experiment can be renamed.
SCRIPT = "script"


def script(name: str) -> Path:
    """The script of an experiment."""
    return Path(f"experiments/{name}.py")


def data_file(name: str) -> Path:
    """The file with the results of an experiment."""
    return Path(f"data/{name}.npz")


def marker(name: str) -> Path:
    """The file that Snakemake takes for the output of an experiment; it exists after a success.

    The data must not be an output: Snakemake deletes the outputs of a job before it runs the job.
    """
    return Path(f".build/experiments/{name}")


def of_figure(stem: str) -> list[str]:
    """The names of the experiments whose results a figure needs."""
    return [file.stem for file in sources.experiment_scripts(stem)]


def figures_by_experiment(stems: Iterable[str]) -> dict[str, list[str]]:
    """For each experiment of these figures, the figures that need its results."""
    figures: dict[str, list[str]] = {}
    for stem in stems:
        for name in of_figure(stem):
            figures.setdefault(name, []).append(stem)
    return figures


def inputs_of_figure(stem: str) -> list[Path]:
    """The inputs of a figure for Snakemake: its own sources.

    Those of the machinery are left out, because they would slow Snakemake down. A marker replaces
    missing data of an experiment, so that Snakemake runs the experiment.
    """
    markers = {data_file(name): marker(name) for name in of_figure(stem)}
    return [
        markers[file] if file in markers and not file.exists() else file
        for file in sources.own_files(stem)
    ]


def time_limit(name: str, settings: Config) -> int:
    """The time limit of an experiment in seconds: the largest of the figures that need it."""
    stems = figures_by_experiment(settings.figures)[name]
    limits = [prompts.read(stem).experiment_time_limit for stem in stems]
    return max(limit or settings.experiment_time_limit for limit in limits)


def stale(stems: Iterable[str]) -> list[str]:
    """One message for each data file whose sources have changed since it was computed."""
    messages = []
    for name, figures in figures_by_experiment(stems).items():
        changes = changed_sources(name) if data_file(name).exists() else []
        if changes:
            messages.append(
                f"{data_file(name)}: {', '.join(changes)} changed after it was computed; "
                f"run `make data FIGURE={figures[0]}`"
            )
    return messages


def changed_sources(name: str) -> list[str]:
    """The sources of an experiment that were changed, added or deleted since it was computed."""
    stored = _stored_origin(data_file(name))
    stored_files = [Path(key) for key in stored if key != SCRIPT]
    current = origin(name, stored_files)  # also of files that are no longer imported
    changed = [key for key in current if current[key] != stored.get(key)]
    return [str(script(name)) if key == SCRIPT else key for key in changed]


def origin(name: str, inputs: Iterable[Path]) -> dict[str, str]:
    """The hashes of the script, of the local modules that it imports, and of the inputs."""
    own_script = script(name)
    hashes = {SCRIPT: _hash(own_script)}
    for file in sorted({*local_modules(own_script), *inputs} - {own_script}):
        hashes[file.as_posix()] = _hash(file)
    return hashes


def _stored_origin(file: Path) -> dict[str, str]:
    """The origin in a file of results; empty if no experiment wrote the file."""
    try:
        with ZipFile(file) as archive:
            return json.loads(archive.comment)
    except (BadZipFile, ValueError):
        return {}


def _hash(file: Path) -> str:
    """A hash of a file. Of Python code, only what runs counts: no comments, docstrings, layout."""
    try:
        content = file.read_bytes()
        if file.suffix == ".py":
            content = repr(_without_docstrings(ast.parse(content))).encode()
    except (OSError, SyntaxError, ValueError):
        return "unreadable"
    return sha256(content).hexdigest()[:16]


def _without_docstrings(node: object) -> object:
    """A syntax tree without docstrings, as nested lists: the kind of a node, then its fields.

    Unlike ``ast.dump``, this gives the same result in all versions of Python.
    """
    if isinstance(node, list):
        return [_without_docstrings(item) for item in node if not _is_constant(item)]
    if not isinstance(node, ast.AST):  # a leaf: a name, a number, a text
        return node
    if isinstance(node, ast.JoinedStr):  # f-string; Python 3.12 adds "" to f"{x:{width}}"
        node.values = [part for part in node.values if getattr(part, "value", None) != ""]
    result: list[object] = [type(node).__name__]
    for key, value in ast.iter_fields(node):
        if value not in (None, []):  # newer versions of Python have more fields, which are empty
            result.append((key, _without_docstrings(value)))
    return result


def _is_constant(node: object) -> bool:
    """Whether a statement is only a constant, such as a docstring; it has no effect."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
