"""The lock of a build, and its arguments."""

import fcntl

import pytest

from figurepress.build.__main__ import lock, main
from figurepress.project.validation import InputError


def test_disk_without_locks_is_used(tmp_path, monkeypatch):
    def flock(*_: int) -> None:
        raise OSError("not supported")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(fcntl, "flock", flock)
    with lock():
        pass


def test_missing_profile_of_a_cluster_is_named(lecture):
    with pytest.raises(InputError, match="CLUSTER: 'profiles/slum': no such folder"):
        main(["--cluster", "profiles/slum"])
