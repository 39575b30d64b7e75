"""The numbers of a figure, as text for the page: ``.build/numbers/<stem>.json``.

A script writes them together with its pictures.
"""

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path

import numpy as np

from figurepress.names import NUMBERS

MOST_ENTRIES = 6  # the text of a larger array is its shape and range


def file(stem: str) -> Path:
    """The file with the numbers of a figure."""
    return Path(NUMBERS.format(stem))


def read(stem: str) -> dict[str, str]:
    """The numbers of a figure as texts, by name; none if it has not been drawn."""
    try:
        return json.loads(file(stem).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):  # ValueError: a crash of the machine truncated it
        return {}


def to_json(constants: Mapping[str, object], numbers: object) -> bytes:
    """The content of the file: the constants of a script, and what its compute() returns.

    The text is empty if it would not explain a claim. The range of a large array does not tell
    which entries a test reads. A constant in a table, such as UNIT.kernel, tells how something is
    drawn.
    """
    texts = {}
    for name, array in (flatten(constants) | flatten(numbers)).items():
        is_in_table = "." in name and name.split(".")[0].isupper()
        is_large = array.size > MOST_ENTRIES and array.dtype.kind != "b"
        if array.dtype.kind in "biufU":  # boolean, integer, unsigned, float or text; no object
            texts[name] = "" if is_in_table or is_large else as_text(array)
    return (json.dumps(texts, indent=1, ensure_ascii=False) + "\n").encode()


def as_text(array: np.ndarray) -> str:
    """An array in words, such as ``1, 2`` or ``3 × 4 values, 0 to 11``."""
    if array.size <= MOST_ENTRIES:
        return _listed(array) or "no values"
    shape = " × ".join(map(str, array.shape))
    if array.dtype.kind == "U":
        return f"{shape} texts"
    if array.dtype.kind == "b":
        return f"True for {array.sum()} of {shape}"
    return f"{shape} values, {_text(array.min())} to {_text(array.max())}"


def _listed(array: np.ndarray) -> str:
    """All entries of an array; for a matrix ``(1, 2), (3, 4)``."""
    if array.ndim == 0:
        return _text(array.item())
    entries = [_listed(entry) for entry in array]
    if array.ndim > 1:  # the entries are rows
        entries = [f"({row})" for row in entries]
    return ", ".join(entries)


def _text(value: object) -> str:
    """An entry of an array: 4 significant digits and a real minus sign, −0.1235 for -0.123456."""
    if isinstance(value, str):
        return value
    rounded = f"{value:.4g}" if isinstance(value, float | np.floating) else str(value)
    return rounded.replace("-", "−")


def flatten(value: object, name: str = "") -> dict[str, np.ndarray]:
    """The values in nested dataclasses, mappings and sequences of dataclasses, each as an array.

    The keys are dotted names: field x of the first dataclass in field `fits` is ``fits.0.x``.
    """
    if is_dataclass(value):
        items = {field.name: getattr(value, field.name) for field in fields(value)}
    elif isinstance(value, Mapping):
        items = {str(key): item for key, item in value.items()}
    elif isinstance(value, tuple | list) and any(is_dataclass(item) for item in value):
        items = {str(index): item for index, item in enumerate(value)}
    else:
        try:
            return {name: np.asarray(value)}
        except ValueError:  # lists of different lengths do not form an array
            return {}
    arrays: dict[str, np.ndarray] = {}
    for key, item in items.items():
        arrays |= flatten(item, f"{name}.{key}" if name else key)
    return arrays
