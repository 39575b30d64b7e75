"""Files written together: a failed write changes none."""

import resource
import secrets

import pytest

from figurepress.files import remove_temporary_files, write


def test_writing_replaces_all_files(tmp_path):
    (tmp_path / "a").write_text("old")
    write({tmp_path / "a": b"new", tmp_path / "folder/b": b"more"})
    assert (tmp_path / "a").read_bytes() == b"new"
    assert (tmp_path / "folder/b").read_bytes() == b"more"


def test_failed_write_leaves_no_files(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OSError) as error:
        write({tmp_path / "new/folder/a": b"new", tmp_path / "file/b": b"more"})
    assert error.value.filename == str(tmp_path / "file/b")
    assert [file for file in tmp_path.rglob("*") if file.is_file()] == [tmp_path / "file"]


def test_full_disk_leaves_no_files(tmp_path):
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        with pytest.raises(OSError, match="File too large"):
            write({tmp_path / "a": b"new", tmp_path / "b": bytes(1001)})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list(tmp_path.iterdir()) == []


def test_temporary_file_follows_no_link(tmp_path, monkeypatch):
    monkeypatch.setattr(secrets, "token_hex", lambda size: "guessed")
    (tmp_path / "mine").write_text("mine")
    (tmp_path / ".a.guessed.part").symlink_to("mine")
    with pytest.raises(FileExistsError):
        write({tmp_path / "a": b"new"})
    assert (tmp_path / "mine").read_text() == "mine"


def test_only_temporary_files_of_a_killed_process_are_removed(tmp_path):
    (tmp_path / ".x.svg.0123456789abcdef.part").touch()
    others = {"x.svg", ".notes.part"}
    for name in others:
        (tmp_path / name).touch()
    remove_temporary_files(tmp_path)
    assert {file.name for file in tmp_path.iterdir()} == others
