"""figures.json: the words and files of all figures."""

import json
from hashlib import sha256
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from figurepress.project.validated_files import InputError
from figurepress.site import manifest

SCHEMA = json.loads(Path(manifest.__file__).with_name("figures.schema.json").read_text())
VALIDATOR = Draft202012Validator(SCHEMA)
SUFFIXES = (".svg", ".png", ".pdf", "-dark.svg", "-dark.png")


@pytest.fixture
def listed(lecture):
    """The manifest of the two figures of a lecture."""
    files = [Path(f"figures/{stem}{end}") for stem in ("line", "extra") for end in SUFFIXES]
    return manifest.of_files(files)


def test_schema_is_valid():
    Draft202012Validator.check_schema(SCHEMA)


def test_manifest_is_valid(listed):
    VALIDATOR.validate(json.loads(manifest.to_json(listed)))


def test_figures_and_files_keep_their_order(listed):
    names = [[file["name"] for file in figure["files"]] for figure in listed["figures"]]
    assert names == [[stem + end for end in SUFFIXES] for stem in ("line", "extra")]


def test_words_are_those_of_the_prompt(listed):
    line = listed["figures"][0]
    assert line["title"] == "A straight line"
    assert line["caption"] == r"A line $y = x$ costs \$5."
    assert (line["number"], line["section"], line["page"]) == ("2.1", "2.1", True)


def test_length_and_hash_match_the_file(listed):
    line = listed["figures"][0]
    (file,) = [file for file in line["files"] if file["name"] == "line.png"]
    content = Path("figures/line.png").read_bytes()
    assert (file["bytes"], file["sha256"]) == (len(content), sha256(content).hexdigest())


def test_sizes_are_in_the_unit_of_each_format(listed):
    line = listed["figures"][0]
    sizes = {file["name"]: (file["width"], file["height"]) for file in line["files"]}
    assert sizes["line.svg"] == (650, 300)  # CSS px
    assert sizes["line.png"] == (1300, 600)  # pixels
    assert sizes["line.pdf"] == (468, 216)  # points


@pytest.mark.parametrize("suffix", [".svg", ".png", ".pdf"])
def test_file_of_another_kind_is_reported(tmp_path, suffix):
    file = tmp_path / f"x{suffix}"
    file.write_text("<html></html>")
    with pytest.raises(
        InputError, match=rf"x\{suffix}: not the {suffix[1:]} of a figure; delete it"
    ):
        manifest.describe(file)
