"""Files written together: all of them or none."""

from figurepress.files import write

import pytest


def test_writing_replaces_all_files(tmp_path):
    (tmp_path / "a").write_text("old")
    write({tmp_path / "a": b"new", tmp_path / "b": b"more"})
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == {
        "a": b"new",
        "b": b"more",
    }


def test_writing_into_no_folder_leaves_nothing(tmp_path):
    with pytest.raises(FileNotFoundError) as error:
        write({tmp_path / "a": b"new", tmp_path / "nowhere/b": b"more"})
    assert error.value.filename == str(tmp_path / "nowhere/b")
    assert list(tmp_path.iterdir()) == []
