"""Files that cannot be read, and what has been read."""

import pytest
from pydantic import ValidationError

from figurepress.project.validation import Checked, InputError, read_text


class Size(Checked):
    width: int


def test_validated_values_cannot_be_changed():
    size = Size.check({"width": 2}, "x.yaml")
    with pytest.raises(ValidationError, match="frozen"):
        size.width = 3


@pytest.mark.parametrize(
    ("name", "reason"), [("none", "missing"), ("bytes", "cannot be read"), ("folder", "not a file")]
)
def test_unreadable_file_is_named(tmp_path, name, reason):
    (tmp_path / "bytes").write_bytes(b"\xff")
    (tmp_path / "folder").mkdir()
    with pytest.raises(InputError, match=f"/{name}: {reason}.*; save it as UTF-8$"):
        read_text(tmp_path / name, "save it as UTF-8")


def test_byte_order_mark_is_ignored(tmp_path):
    (tmp_path / "x.md").write_bytes(b"\xef\xbb\xbftext")
    assert read_text(tmp_path / "x.md", "") == "text"
