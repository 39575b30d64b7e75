"""The numbers and words of a prompt match the script; a constant, field or fact backs a number."""

from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
import pytest

from tests.support.prompt_checks import (
    check_constants,
    check_numbers,
    check_shapes,
    states,
    unspecified,
)

SCRIPT = SimpleNamespace(RATE=0.25, CORNERS=(3, -4), MODES={"a": 70, 33: "b"}, np=np, lower=99)


@dataclass(frozen=True)
class Part:
    """A field of its own."""

    depth: int


@dataclass(frozen=True)
class Numbers:
    """A number, few entries, many entries, and a nested field."""

    total: float
    few: np.ndarray
    many: np.ndarray
    part: Part


NUMBERS = Numbers(1.75, np.array([0.125, 21]), np.arange(100, 148.0).reshape(2, 24), Part(55))


def errors(caption: str = "", alt: str = "", description: str = "", facts: tuple = ()) -> list[str]:
    prompt = SimpleNamespace(caption=caption, alt=alt, description=description, facts=facts)
    return check_numbers(prompt, SCRIPT, NUMBERS, "prompts/x.md")


def test_constants_and_fields_back_numbers():
    constants = "0.25, its entry -4, the value 70 and the key 33"
    small_fields = "1.75, 55 of a part, 21 of few entries"
    large_field = "the smallest 100 and the largest 147 of many, and the dimension 24"
    assert errors(caption=f"{constants}; {small_fields}; {large_field}.") == []


def test_unbacked_numbers_are_reported():
    """99 is no constant, 4 has the wrong sign, and 48 is a size and not a dimension."""
    found = errors(caption="It is 99, 4 or 48.", alt="It is 99.")
    reported = [error.partition(": no constant")[0] for error in found]
    assert reported == [
        "prompts/x.md: caption, alt: 99", "prompts/x.md: caption: 4", "prompts/x.md: caption: 48"
    ]  # fmt: skip


@pytest.mark.parametrize(
    "fact",
    [
        "many[0, 1]",
        "np.median(many[0, :3])",
        "[few[1] + 80 for it in CORNERS][0]",  # a comprehension has a scope of its own
    ],
)
def test_fact_backs_a_number(fact):
    assert errors(alt="It is 101.", facts=(fact,)) == []


def test_unused_fact_is_reported_with_its_value():
    (error,) = errors(alt="It is 21.", facts=("total * 2",))
    assert error.startswith("prompts/x.md: facts: total * 2: is 3.5, which caption, alt and")


BODY = """
- `STEPS = 60`: grid steps
  on each side.
- `MARKED = (1.25,
  2.5)`: points.
"""


def test_only_different_constants_are_reported():
    assert check_constants(BODY, {"STEPS": 60, "MARKED": (1.25, 2.5)}, "x") == []
    changed, missing, left = check_constants(BODY, {"STEPS": 80, "SEED": 1}, "x")
    assert changed.startswith(
        "STEPS is 80 in scripts/x.py and 60 in prompts/x.md; if the script is"
    )
    assert missing == "prompts/x.md: SEED: missing; add the line - `SEED = 1`: and its meaning"
    assert left == "prompts/x.md: MARKED: no such constant in scripts/x.py; remove the line"


@pytest.mark.parametrize(
    "fact",
    ["lower", "open('x')", "1 / (total - 1.75)"],
    ids=["no constant", "builtin", "division by 0"],
)
def test_invalid_fact_is_reported(fact):
    (error,) = errors(facts=(fact,))
    assert error.startswith(f"prompts/x.md: facts: {fact}: ")
    assert error.endswith("; use fields, constants and np")


@pytest.mark.parametrize(
    ("numeral", "value", "expected"),
    [
        ("1.8", 1.75, True),
        ("1.75", 1.754, True),
        ("1.75", 1.756, False),
        ("2", 1.75, False),  # a whole number is exact
        ("90,000", 90_000, True),
        ("1.2e-3", 0.00123, True),
    ],
)
def test_number_is_rounded_to_its_decimals(numeral, value, expected):
    assert states(numeral, [value]) == expected


ROWS = """
| `few` | (2) | entries |
| `few`, `many` | (2,), (2, 24) float64 | entries |
| `few` | line through (2.9, 0.1) | a gid |
| `other` | (9) | not a field |
"""


def test_table_of_fields_states_their_shapes():
    assert check_shapes(ROWS, NUMBERS, "prompts/x.md") == []
    assert check_shapes(ROWS.replace("24", "25"), NUMBERS, "prompts/x.md") == [
        "prompts/x.md: many: has the shape (2, 24) and not (2, 25); correct this table, and the "
        "text if it states the old shape"
    ]


def test_each_field_of_a_row_needs_a_shape():
    (error,) = check_shapes("| `few`, `many`, `few` | (2), (2, 24) | entries |", NUMBERS, "x.md")
    assert (
        error
        == "x.md: `few`, `many`, `few`: state one shape for all of these fields, or one for each"
    )


PROMPT = 'The axis is labelled "rescaled value".'


def test_word_of_the_picture_must_be_in_the_prompt():
    assert unspecified(["Rescaled output", "value", "Rescaled output"], PROMPT, "prompts/x.md") == [
        "prompts/x.md: does not contain output, which the picture shows in 'Rescaled output'; "
        "specify this text there, or correct it in the script"
    ]


def test_numbers_and_tex_commands_are_not_words():
    assert unspecified([r"$\mathbf{4.5}$", "VALUE 3"], PROMPT, "prompts/x.md") == []
