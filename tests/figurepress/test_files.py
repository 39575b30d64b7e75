"""Files written together: all of them or none."""

import secrets

import pytest

from figurepress.files import write


def test_writing_replaces_all_files(tmp_path):
    (tmp_path / "a").write_text("old")
    write({tmp_path / "a": b"new", tmp_path / "b": b"more"})
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == {
        "a": b"new",
        "b": b"more",
    }


def test_failed_write_leaves_no_files(tmp_path):
    with pytest.raises(FileNotFoundError) as error:
        write({tmp_path / "a": b"new", tmp_path / "nowhere/b": b"more"})
    assert error.value.filename == str(tmp_path / "nowhere/b")
    assert list(tmp_path.iterdir()) == []


def test_temporary_file_follows_no_link(tmp_path, monkeypatch):
    monkeypatch.setattr(secrets, "token_hex", lambda size: "guessed")
    (tmp_path / "mine").write_text("mine")
    (tmp_path / ".a.guessed.part").symlink_to("mine")
    with pytest.raises(FileExistsError):
        write({tmp_path / "a": b"new"})
    assert (tmp_path / "mine").read_text() == "mine"


def test_temporary_name_is_unpredictable(tmp_path, monkeypatch):
    tokens = []
    original = secrets.token_hex
    monkeypatch.setattr(
        secrets, "token_hex", lambda size: tokens.append(original(size)) or tokens[-1]
    )
    for _ in range(2):
        write({tmp_path / "a": b"new"})
    assert len(set(tokens)) == 2
