"""The numbers of a figure, as text for the page: ``.build/numbers/<stem>.json``.

A script writes them together with its pictures.
"""

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path

import numpy as np

from figurepress.names import NUMBERS

FEW = 6  # entries, up to which each is stated


def file(stem: str) -> Path:
    """The file with the numbers of a figure."""
    return Path(NUMBERS.format(stem))


def read(stem: str) -> dict[str, str]:
    """The constants and fields of a figure by name; empty if it has not been drawn."""
    try:
        return json.loads(file(stem).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):  # ValueError: a crash of the machine truncated it
        return {}


def to_json(constants: Mapping[str, object], numbers: object) -> bytes:
    """The content of the file: the constants of a script, and what its compute() returns."""
    values = flatten(constants) | flatten(numbers)
    texts = {name: as_text(array) for name, array in values.items() if array.dtype.kind in "biufU"}
    return (json.dumps(texts, indent=1, ensure_ascii=False) + "\n").encode()


def as_text(array: np.ndarray) -> str:
    """Up to `FEW` entries written out; a larger array as its shape and range."""
    if array.size <= FEW:
        return ", ".join(map(_text, array.flat)) or "no values"
    shape = " × ".join(map(str, array.shape))
    if array.dtype.kind == "U":
        return f"{shape} texts"
    if array.dtype.kind == "b":
        return f"True for {array.sum()} of {shape}"
    return f"{shape} values, {_text(array.min())} to {_text(array.max())}"


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    rounded = f"{value:.3g}" if isinstance(value, float) else str(value)
    return rounded.replace("-", "−")


def flatten(value: object, name: str = "") -> dict[str, np.ndarray]:
    """All arrays and numbers in nested dataclasses, mappings and sequences, by dotted name."""
    if is_dataclass(value):
        parts = {field.name: getattr(value, field.name) for field in fields(value)}
    elif isinstance(value, Mapping):
        parts = {str(key): item for key, item in value.items()}
    elif isinstance(value, tuple | list) and any(is_dataclass(item) for item in value):
        parts = {str(place): item for place, item in enumerate(value)}
    else:
        try:
            return {name: np.asarray(value)}
        except ValueError:  # entries of different lengths
            return {}
    flat: dict[str, np.ndarray] = {}
    for part, item in parts.items():
        flat |= flatten(item, f"{name}.{part}" if name else part)
    return flat
