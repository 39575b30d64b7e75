"""What is read and checked: named where it cannot be, and left as it was read where it can."""

from figurepress.project.validation import Checked, InputError, read_text, read_yaml

import pytest
from pydantic import ValidationError


class Dimensions(Checked):
    width: int


def test_what_was_read_stays_as_it_is():
    read = Dimensions.check({"width": 2}, "x.yaml")
    with pytest.raises(ValidationError, match="frozen"):
        read.width = 3


def test_value_is_said_not_to_be_what_yaml_takes_it_for():
    with pytest.raises(InputError, match="'2001-13-45' is no timestamp; put it in quotes"):
        read_yaml("day: 2001-13-45", "x.yaml")


def test_file_that_cannot_be_read_is_named(tmp_path):
    (tmp_path / "bytes").write_bytes(b"\xff")
    (tmp_path / "folder").mkdir()
    for name, fault in (("none", "missing"), ("bytes", "cannot be"), ("folder", "cannot be")):
        with pytest.raises(InputError, match=f"/{name}: {fault}.*; mend it$"):
            read_text(tmp_path / name, "mend it")
