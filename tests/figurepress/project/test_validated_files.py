"""Validation of files: unreadable ones and YAML errors."""

import re

import pytest

from figurepress.project.validated_files import InputError, read_text, read_yaml


@pytest.mark.parametrize(
    ("name", "reason"),
    [("none", "missing"), ("bytes", "cannot be read"), ("folder", "not a file")],
)
def test_unreadable_file_is_reported(tmp_path, name, reason):
    (tmp_path / "bytes").write_bytes(b"\xff")
    (tmp_path / "folder").mkdir()
    with pytest.raises(InputError, match=f"/{name}: {reason}.*; save it as UTF-8$"):
        read_text(tmp_path / name, "save it as UTF-8")


def test_byte_order_mark_is_ignored(tmp_path):
    (tmp_path / "x.md").write_bytes(b"\xef\xbb\xbftext")
    assert read_text(tmp_path / "x.md", "") == "text"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "a: 1\nalt >-\n  text of\nb: 2\n",
            "line 2: not valid YAML: could not find expected ':'",
        ),
        ("a: 'x\nb: 1\n", "line 1: not valid YAML: found unexpected end of stream; "),
        ("a: *x\n", "line 1: not valid YAML: found undefined alias 'x'; "),
    ],
)
def test_yaml_error_states_the_line_and_the_fix(text, message):
    with pytest.raises(InputError, match=re.escape(message)):
        read_yaml(text, "config.yaml")
