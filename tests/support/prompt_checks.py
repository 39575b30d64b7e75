"""Checks of a prompt against its script: numbers, constants, shapes and words."""

import ast
import re
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from decimal import Decimal
from types import ModuleType
from typing import Any

import numpy as np

from figurepress.project.prompts import Prompt
from tests.support.numbers_in_text import numerals_in

BUILTINS = {"__builtins__": {"__import__": __import__}}  # the only builtin in facts; NumPy needs it
FEW = 12  # an array with more different entries may only be described by the smallest and largest


def check_numbers(prompt: Prompt, script: ModuleType, numbers: Any, file: str) -> list[str]:
    """Messages about numbers in the words that are wrong, and about facts that the words lack.

    A number in caption, alt or description must be a constant of the script, an entry or the length
    of an axis of a field of `numbers`, which compute() returns, or the value of a fact. `file` is
    that of the prompt.
    """
    named = {key: value for key, value in vars(script).items() if key.isupper()}
    named |= {field.name: getattr(numbers, field.name) for field in fields(numbers)}
    known_values = _values(named)
    facts, errors = _evaluated(prompt.facts, named, file)
    stated_facts = set()
    for numeral, texts in _stated(prompt).items():
        matching_facts = {fact for fact, values in facts.items() if states(numeral, values)}
        stated_facts |= matching_facts
        if not matching_facts and not states(numeral, known_values):
            errors.append(
                f"{file}: {', '.join(texts)}: {numeral}: no constant or fact has this value, and "
                f"no field (of one with more than {FEW} entries, only the smallest and largest "
                "count); correct it, or add an expression under facts:, such as loss[-1] / loss[0]"
            )
    for fact in facts.keys() - stated_facts:
        value = ", ".join(f"{number:.6g}" for number in sorted(set(facts[fact]))[:FEW])
        errors.append(
            f"{file}: facts: {fact}: is {value}, which caption, alt and description do not state; "
            "correct the words, or remove this fact"
        )
    return errors


def _evaluated(
    facts: Iterable[str], named: Mapping[str, Any], file: str
) -> tuple[dict[str, list[float]], list[str]]:
    """The values of each fact, and a message for each one that cannot be evaluated."""
    values, errors = {}, []
    for fact in facts:
        try:
            values[fact] = _values(eval(fact, {**BUILTINS, "np": np, **named}))
        except Exception as error:  # whatever the expression raises
            errors.append(f"{file}: facts: {fact}: {error}; use fields, constants and np")
    return values, errors


def _stated(prompt: Prompt) -> dict[str, list[str]]:
    """The numbers in the words of a prompt, each with those of caption, alt, ... that state it."""
    texts: dict[str, list[str]] = {}
    for key in ("caption", "alt", "description"):
        for numeral in dict.fromkeys(numerals_in(getattr(prompt, key))):
            texts.setdefault(numeral, []).append(key)
    return texts


def check_constants(body: str, constants: Mapping[str, Any], stem: str) -> list[str]:
    """One message for each constant that is not the same in the prompt and the script.

    `body`, the specification in the prompt, has a line ``- `NAME = value`: meaning`` for each one.
    """
    prompt, script = f"prompts/{stem}.md", f"scripts/{stem}.py"
    stated = dict(re.findall(r"^- `([A-Z][A-Z0-9_]*) = (.+?)`", body, re.M | re.S))
    errors = []
    for name, value in constants.items():
        line = f"- `{name} = {value!r}`"
        if name not in stated:
            errors.append(f"{prompt}: {name}: missing; add the line {line}: and its meaning")
        elif not _is_literal(stated[name], value):
            errors.append(
                f"{name} is {value!r} in {script} and {stated[name]} in {prompt}; if the script "
                f"is right, write {line} in the prompt"
            )
    for name in stated.keys() - constants.keys():
        errors.append(f"{prompt}: {name}: no such constant in {script}; remove the line")
    return errors


def check_shapes(body: str, numbers: Any, file: str) -> list[str]:
    """One message for each field whose shape differs from that in the tables of the prompt.

    Rows that begin with names and shapes are read: ``| `x`, `y` | (24, 2) float64 | ... |`` states
    one shape for both fields, ``| `x`, `y` | (24), (2) | ... |`` one for each. `body` is the
    specification in the prompt, `file` that of the prompt, `numbers` what compute() returns.
    """
    names_cell = r"(`[\w`, ]+`)"
    shapes_cell = r"(\(\d[\d, ()]*\)(?:,? \w+)?)"  # one or more shapes, then perhaps a dtype
    errors = []
    for names, shapes in re.findall(rf"^\| {names_cell} \| {shapes_cell} \|", body, re.M):
        fields_of_row = re.findall(r"\w+", names)
        stated = [_shape(text) for text in re.findall(r"\(.*?\)", shapes)]
        if not all(hasattr(numbers, field) for field in fields_of_row):
            continue  # the table is about something else
        if len(stated) == 1:
            stated *= len(fields_of_row)
        if len(stated) != len(fields_of_row):
            errors.append(
                f"{file}: {names}: state one shape for all of these fields, or one for each"
            )
            continue
        for field, shape in zip(fields_of_row, stated, strict=True):
            actual = np.shape(getattr(numbers, field))
            if actual != shape:
                errors.append(
                    f"{file}: {field}: has the shape {actual} and not {shape}; correct this table, "
                    "and the text if it states the old shape"
                )
    return errors


def _shape(text: str) -> tuple[int, ...]:
    """The shape that a text such as ``(24, 2)`` states."""
    return tuple(int(length) for length in re.findall(r"\d+", text))


def _is_literal(text: str, value: Any) -> bool:
    """Whether a text is a Python literal of this value."""
    try:
        return bool(ast.literal_eval(text) == value)
    except (SyntaxError, ValueError):
        return False


def states(numeral: str, values: Iterable[float]) -> bool:
    """Whether a number as written, such as "0.31", is one of the values after rounding.

    A whole number is never a rounded one: "3" states 3.0, but not 3.2.
    """
    number = Decimal(numeral.replace(",", ""))
    decimals = -int(number.as_tuple().exponent)
    rounding_error = 0.5 * 10.0**-decimals if decimals > 0 else 0.0
    tolerance = rounding_error + 1e-9  # floats are not exact
    return any(abs(float(number) - value) <= tolerance for value in values)


def unspecified(texts: Iterable[str], prompt: str, file: str) -> list[str]:
    """One message for each text of a picture that has words which the prompt does not contain.

    `prompt` is the whole text of the prompt, and `file` its file.
    """
    specified = _words(prompt)
    errors = []
    for text in dict.fromkeys(texts):
        without_commands = re.sub(r"\\[A-Za-z]+", " ", text)  # of TeX, such as \max
        missing = _words(without_commands) - specified
        if missing:
            errors.append(
                f"{file}: does not contain {', '.join(sorted(missing))}, which the picture shows "
                f"in {text!r}; specify this text there, or correct it in the script"
            )
    return errors


def _words(text: str) -> set[str]:
    """The words of a text in lower case, without digits and signs."""
    letters = r"[^\W\d_]+"
    return set(re.findall(letters, text.lower()))


def _values(value: Any) -> list[float]:
    """The numbers by which a text may describe a value: its entries and the lengths of its axes.

    If a value has many different entries, these are only the smallest and the largest.
    """
    if is_dataclass(value):
        return _values({field.name: getattr(value, field.name) for field in fields(value)})
    if isinstance(value, Mapping):
        keys_and_values = (*value, *value.values())
        return [number for item in keys_and_values for number in _values(item)]
    if isinstance(value, tuple | list):
        try:
            value = np.array(value)
        except ValueError:  # entries of different lengths
            return [number for item in value for number in _values(item)]
        if value.dtype == object:
            return [number for item in value.flat for number in _values(item)]
    array = np.asarray(value)
    if array.dtype.kind not in "iufb" or not array.size:
        return []
    entries = np.unique(array.astype(float))
    if len(entries) > FEW:
        entries = entries[[0, -1]]
    return [*entries.tolist(), *map(float, array.shape)]
