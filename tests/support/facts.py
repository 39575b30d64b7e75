"""What backs the numbers in the words of a figure: its constants, fields and facts."""

from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from decimal import Decimal
from types import ModuleType
from typing import Any

import numpy as np

from figurepress.project.prompts import Prompt
from tests.support.words import numerals_in

BUILTINS = {"__builtins__": {"__import__": __import__}}  # methods of arrays import their code
FEW = 12  # different entries, up to which each of them may be stated


def check_numbers(prompt: Prompt, script: ModuleType, numbers: Any, name: str) -> list[str]:
    """One line for each number in the words that nothing backs, and each fact that backs none.

    Parameters
    ----------
    prompt
        Its caption, alt and description are read, and its facts.
    script
        The UPPER_CASE names are the constants.
    numbers
        What compute() returns.
    name
        The file of the prompt, for the messages.
    """
    constants = {key: value for key, value in vars(script).items() if key.isupper()}
    named = constants | {field.name: getattr(numbers, field.name) for field in fields(numbers)}
    backed = set(_values(named))
    errors, facts = [], {}
    for fact in prompt.facts:
        try:
            facts[fact] = set(_values(eval(fact, BUILTINS | {"np": np} | named)))
        except Exception as error:  # whatever the expression raises
            errors.append(f"{name}: facts: {fact}: {error}; use fields, constants and np")
    used = set()
    for key in ("caption", "alt", "description"):
        for numeral in numerals_in(getattr(prompt, key)):
            backing = {fact for fact, values in facts.items() if states(numeral, values)}
            used |= backing
            if not backing and not states(numeral, backed):
                errors.append(
                    f"{name}: {key}: {numeral}: no field, constant or fact has this value; "
                    "correct it, or add an expression under facts:"
                )
    unused = "no number in the words has this value; remove it"
    return errors + [f"{name}: facts: {fact}: {unused}" for fact in facts if fact not in used]


def states(numeral: str, values: Iterable[float]) -> bool:
    """Whether a number as written is one of the values: rounded to its decimals, if it has some."""
    number = Decimal(numeral.replace(",", ""))
    decimals = -int(number.as_tuple().exponent)
    margin = 0.5 * 10.0**-decimals if decimals > 0 else 0.0
    return any(abs(float(number) - value) <= margin + 1e-9 for value in values)


def _values(value: Any) -> list[float]:
    """The numbers that may be stated of a value.

    Few entries: each of them. Many: the smallest and the largest. Of arrays also the dimensions.
    """
    if is_dataclass(value):
        return _values({field.name: getattr(value, field.name) for field in fields(value)})
    if isinstance(value, Mapping):
        return [number for item in (*value, *value.values()) for number in _values(item)]
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
    stated = entries if len(entries) <= FEW else entries[[0, -1]]
    return [*stated.tolist(), *map(float, array.shape)]
