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
    """Starts programs without their imports."""
    path = tmp_path_factory.mktemp("server") / "socket"
    with prefork.server(str(path), (*prefork.PRELOAD, *PRELOAD)):
        yield Client(path)


@pytest.fixture(scope="session")
def built(tmp_path_factory, worker_id, server) -> Path:
    """The sample lecture, built once for all workers. Do not change it."""
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "built"
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            project = sample_project(tmp_path_factory.mktemp("built") / "project")
            build = server.build(project)
            assert build.returncode == 0, build.stdout
            project.rename(folder)
    return folder


@pytest.fixture
def project(built, tmp_path) -> Path:
    """A built sample lecture to change."""
    return shutil.copytree(built, tmp_path / "project", copy_function=shutil.copy2)
