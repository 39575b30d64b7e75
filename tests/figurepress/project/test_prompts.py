"""A prompt: front matter between two lines of dashes, and the specification below it."""

from figurepress.project import prompts
from figurepress.project.validation import InputError

import pytest
from tests.support.projects import ROOT

FRONT = """\
number: "1.1"
section: "1"
page: true
title: A title
caption: A caption.
alt: What it shows.
claims:
  a-claim: It holds.
"""


@pytest.fixture
def prompt(tmp_path):
    """What is read from a prompt of this text."""

    def read(text: str) -> prompts.Prompt:
        file = tmp_path / "x.md"
        file.write_text(text)
        return prompts.read(file)

    return read


def test_front_matter_and_what_is_below_it_are_read(prompt):
    found = prompt(f"---\n{FRONT}---\nDraw it.\n")
    assert (found.number, found.title, found.body) == ("1.1", "A title", "Draw it.")
    assert found.claims == {"a-claim": "It holds."}


def test_rule_in_the_specification_ends_nothing(prompt):
    assert prompt(f"---\n{FRONT}---\nAbove.\n\n---\nBelow.\n").body == "Above.\n\n---\nBelow."


@pytest.mark.parametrize(
    "text", ["", FRONT, f"---\n{FRONT}", f"Before.\n---\n{FRONT}---\nDraw it."]
)
def test_text_without_front_matter_is_refused(prompt, text):
    with pytest.raises(InputError, match=r"x\.md: no front matter; begin the file with it"):
        prompt(text)


def test_prompt_that_has_not_changed_is_read_once():
    file = ROOT / "prompts/nonlinearities.md"
    assert prompts.read(file) is prompts.read(file)
