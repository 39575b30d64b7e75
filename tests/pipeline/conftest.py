"""A pre-fork server for the programs that the tests run, and a built sample lecture."""

import fcntl
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from figurepress.build import prefork
from tests.support.projects import PRELOAD, Client, sample_project


@pytest.fixture(scope="session")
def server(tmp_path_factory) -> Iterator[Client]:
    """The client of a pre-fork server, which starts programs with their imports already done."""
    path = tmp_path_factory.mktemp("server") / "socket"
    with prefork.server(str(path), (*prefork.PRELOAD, *PRELOAD)):
        yield Client(path)


@pytest.fixture(scope="session")
def built(tmp_path_factory, worker_id, server) -> Path:
    """The sample lecture, built once for all workers. Do not change it."""
    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent  # "master": pytest without workers
    folder = shared / "built"
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            project = sample_project(tmp_path_factory.mktemp("built") / "project")
            build = server.build(project)
            assert build.returncode == 0, build.stdout
            project.rename(folder)  # only now, so that no test sees an incomplete build
    return folder


@pytest.fixture
def project(built, tmp_path) -> Path:
    """A built sample lecture to change."""
    return shutil.copytree(built, tmp_path / "project")
