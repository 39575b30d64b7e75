"""Results of slow steps are cached by the content of their source."""

import pytest

from figurepress import cache


@pytest.fixture(autouse=True)
def _folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".build").mkdir()
    monkeypatch.setattr(cache, "_used", set())


def test_result_is_computed_once():
    results = [b"first", b"second"]
    for _ in range(2):
        assert cache.cached("step", b"source", lambda: results.pop(0)) == b"first"


@pytest.mark.parametrize(("version", "source"), [("step 2", b"source"), ("step", b"source 2")])
def test_different_version_or_source_is_computed(version, source):
    cache.cached("step", b"source", lambda: b"first")
    assert cache.cached(version, source, lambda: b"second") == b"second"


def test_pruning_keeps_what_was_used():
    cache.cached("step", b"old", lambda: b"old")
    cache._used.clear()
    cache.cached("step", b"new", lambda: b"new")
    cache.prune()
    assert cache.cached("step", b"new", lambda: b"computed again") == b"new"
    assert len(list(cache.FOLDER.iterdir())) == 1


def test_damaged_result_is_computed_again():
    cache.cached("step", b"source", lambda: b"first")
    for file in cache.FOLDER.iterdir():
        file.write_bytes(file.read_bytes()[:-1])
    assert cache.cached("step", b"source", lambda: b"second") == b"second"
