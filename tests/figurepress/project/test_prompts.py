"""A prompt: front matter between two lines of dashes, and the specification below it."""

from pathlib import Path

import pytest

from figurepress.project import prompts
from figurepress.project.prompts import Prompt
from figurepress.project.validated_files import InputError

FRONT = {
    "number": '"3.1"',
    "section": '"3"',
    "page": "true",
    "title": "A title",
    "caption": "A caption.",
    "alt": "What it shows.",
    "description": "What it shows, in more words.",
    "claims": "{one: It holds.}",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """The folder of prompts of an empty lecture."""
    folder = tmp_path_factory.mktemp("lecture") / "prompts"
    folder.mkdir()
    return folder


def read(folder: Path, text: str) -> Prompt:
    """Write a prompt with this text into a folder, and read it."""
    file = folder / "x.md"
    file.write_text(text)
    return prompts.read("x", folder.parent)


def read_with(folder: Path, **values: str) -> Prompt:
    """Read a prompt in which some values of the front matter are replaced."""
    front = "".join(f"{key}: {value}\n" for key, value in (FRONT | values).items())
    return read(folder, f"---\n{front}---\nDraw it.\n")


def test_front_matter_and_specification_are_read(folder):
    prompt = read_with(folder)
    assert (prompt.number, prompt.title, prompt.body) == ("3.1", "A title", "Draw it.")
    assert prompt.claims == {"one": "It holds."}


def test_specification_may_contain_a_rule(folder):
    front = "".join(f"{key}: {value}\n" for key, value in FRONT.items())
    prompt = read(folder, f"---\n{front}---\nAbove.\n\n---\nBelow.\n")
    assert prompt.body == "Above.\n\n---\nBelow."


@pytest.mark.parametrize("text", ["", "title: x\n", "---\ntitle: x\n", "Before.\n---\n---\n"])
def test_missing_front_matter_is_rejected(folder, text):
    with pytest.raises(InputError, match=r"prompts/x\.md: no front matter; start the file with it"):
        read(folder, text)


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("number", "3.1", 'number: 3.1: write it in quotes, "3.1"'),
        ("number", "4-1", "number: '4-1': write a number such as 4, 4.1 or 4.1b"),
        ("page", "'no'", "page: 'no': write true or false"),
        ("title", "' '", "title: ' ': is empty; write some text"),
        (
            "title",
            "Loss: squared",
            "line 5: not valid YAML: mapping values are not allowed here; put texts with a colon",
        ),
        ("alt", "a" * 251, f"alt: '{'a' * 119}: write at most 250 characters"),
        ("claims", "{A b: c}", "claims: A b: 'A b': write lowercase letters and digits, joined by"),
        ("facts", "['x[']", "facts: entry 1: 'x[': not a Python expression; correct it"),
        ("facts", "[-1]", "facts: entry 1: -1: uses no field or constant, so it proves nothing"),
        ("needs", "[../data.csv]", "needs: entry 1: '../data.csv': not a file of the lecture"),
        ("needs", "[figures/x.svg]", "needs: entry 1: 'figures/x.svg': is a build result"),
        ("author", "me", "author: unknown key; remove it, or write one of number, section, page"),
    ],
)
def test_error_states_key_value_and_fix(folder, key, value, message):
    with pytest.raises(InputError) as error:
        read_with(folder, **{key: value})
    assert str(error.value).startswith(f"prompts/x.md: {message}")
