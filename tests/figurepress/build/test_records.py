"""Records distinguish the build's own files from those that a person edited."""

import os
from pathlib import Path

import pytest

from figurepress.build import records
from figurepress.project.validated_files import InputError
from tests.support.projects import commit

FILE = Path("figures/x.svg")


@pytest.fixture(autouse=True)
def lecture(tmp_path, monkeypatch):
    """An empty lecture, as the working directory."""
    monkeypatch.chdir(tmp_path)
    records._unchanged_since_commit.cache_clear()
    Path("figures").mkdir()


def write(content: bytes) -> None:
    """Write the file as a build does."""
    records.write_outputs("x", {FILE: content}, "digest")


def state(digest: str = "digest") -> str:
    """The state of the file by its record: fresh, missing, stale, edited or unknown."""
    return records.states("x", [FILE], digest)[FILE].name.lower()


@pytest.mark.parametrize(
    ("written", "current", "expected"),
    [
        ([b"one"], b"one", "fresh"),
        ([b"one", b"two"], b"one", "stale"),  # the version before the last one
        ([b"one", b"two", b"three"], b"one", "edited"),
        ([b"one"], b"mine", "edited"),
        ([b"one"], None, "missing"),
        ([], b"theirs", "unknown"),
    ],
)
def test_content_and_record_decide_the_state(written, current, expected):
    for content in written:
        write(content)
    FILE.unlink(missing_ok=True)
    if current:
        FILE.write_bytes(current)
    assert state() == expected


def test_file_from_other_sources_is_stale():
    write(b"one")
    assert state("other digest") == "stale"


@pytest.mark.parametrize("create", [os.mkdir, os.mkfifo, lambda file: file.symlink_to("nothing")])
def test_folder_or_link_in_place_of_a_file_is_reported(create):
    create(FILE)
    with pytest.raises(InputError, match=r"^figures/x\.svg: is not a file; move it away$"):
        state()


def test_broken_record_is_ignored():
    write(b"one")
    (records.RECORDS / "x.json").write_text('{"x.svg": ')
    assert state() == "unknown"


@pytest.mark.parametrize(("content", "expected"), [(b"one", "stale"), (b"mine", "edited")])
def test_committed_file_may_be_replaced_if_unchanged(content, expected):
    FILE.write_bytes(b"one")
    commit(".")
    FILE.write_bytes(content)
    assert state() == expected


def test_failed_write_changes_neither_file_nor_record():
    write(b"one")
    before = (records.RECORDS / "x.json").read_bytes()
    Path("figures/y.svg").mkdir()
    with pytest.raises(OSError, match="Is a directory"):
        records.write_outputs("x", {FILE: b"two", Path("figures/y.svg"): b"two"}, "digest")
    assert FILE.read_bytes() == b"one"
    assert (records.RECORDS / "x.json").read_bytes() == before
