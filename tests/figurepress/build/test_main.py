"""The lock of a build."""

import fcntl

from figurepress.build.__main__ import lock


def test_disk_without_locks_is_used(tmp_path, monkeypatch):
    def flock(*_: int) -> None:
        raise OSError("not supported")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(fcntl, "flock", flock)
    with lock():
        pass
