"""Files written together: all of them or none."""

import pytest

from figurepress.files import write


def test_writing_replaces_all_files(tmp_path):
    (tmp_path / "a").write_text("old")
    write({tmp_path / "a": b"new", tmp_path / "b": b"more"})
    found = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    assert found == {"a": b"new", "b": b"more"}


def test_failed_write_leaves_no_files(tmp_path):
    with pytest.raises(FileNotFoundError) as error:
        write({tmp_path / "a": b"new", tmp_path / "nowhere/b": b"more"})
    assert error.value.filename == str(tmp_path / "nowhere/b")
    assert list(tmp_path.iterdir()) == []
