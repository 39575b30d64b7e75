"""Records tell the build's own files from those that a person edited."""

import subprocess
from pathlib import Path

import pytest

from figurepress.build import records
from figurepress.project.validation import InputError

FILE = Path("figures/x.svg")


@pytest.fixture(autouse=True)
def lecture(tmp_path, monkeypatch):
    """An empty lecture, as the working directory."""
    monkeypatch.chdir(tmp_path)
    records._committed.cache_clear()
    Path("figures").mkdir()


def write(content: bytes, sources: str = "sources") -> None:
    records.write_outputs({FILE: content}, "x", sources)


def state(sources: str = "sources") -> str:
    """What the record says about the file: fresh, missing, stale, edited or unknown."""
    return records.states("x", [FILE], sources)[FILE].name.lower()


def test_written_file_is_fresh():
    write(b"one")
    assert state() == "fresh"


def test_file_from_other_sources_is_stale():
    write(b"one")
    assert state("other sources") == "stale"


def test_file_of_the_previous_version_is_stale():
    write(b"one")
    write(b"two")
    FILE.write_bytes(b"one")
    assert state() == "stale"


def test_changed_file_is_edited():
    write(b"one")
    FILE.write_bytes(b"mine")
    assert state() == "edited"


def test_file_of_an_older_version_is_edited():
    for content in (b"one", b"two", b"three"):
        write(content)
    FILE.write_bytes(b"one")
    assert state() == "edited"


def test_deleted_file_is_missing():
    write(b"one")
    FILE.unlink()
    assert state() == "missing"


def test_other_outputs_keep_their_entries():
    write(b"one")
    records.write_outputs({Path("figures/x.png"): b"two"}, "x", "sources")
    assert state() == "fresh"


def test_unrecorded_file_is_unknown():
    FILE.write_bytes(b"theirs")
    assert state() == "unknown"


def test_folder_in_the_place_of_a_file_is_named():
    FILE.mkdir()
    with pytest.raises(InputError, match=r"^figures/x\.svg: is a folder; move it away$"):
        state()


def test_broken_record_is_ignored():
    write(b"one")
    (records.RECORDS / "x.json").write_text('{"x.svg": ')
    assert state() == "unknown"


def git(*arguments: str) -> None:
    name = ("-c", "user.name=A", "-c", "user.email=a@example.org")
    subprocess.run(["git", *name, *arguments], check=True, capture_output=True)


@pytest.mark.parametrize(("content", "expected"), [(b"one", "stale"), (b"mine", "edited")])
def test_committed_file_may_be_replaced_if_unchanged(content, expected):
    FILE.write_bytes(b"one")
    git("init", "-q")
    git("add", "figures")
    git("commit", "-qm", "one")
    FILE.write_bytes(content)
    assert state() == expected


def test_failed_write_changes_neither_file_nor_record():
    write(b"one")
    before = (records.RECORDS / "x.json").read_bytes()
    Path("figures/y.svg").mkdir()
    with pytest.raises(OSError, match="Is a directory"):
        records.write_outputs({FILE: b"two", Path("figures/y.svg"): b"two"}, "x", "sources")
    assert FILE.read_bytes() == b"one"
    assert (records.RECORDS / "x.json").read_bytes() == before
