"""`make slurm` on a single-machine Slurm cluster; run these tests with `make test-slurm`."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pipeline.slurm_cluster import cluster, until
from tests.support.projects import append, built_files, sample_project

DATA = "data/waves.npz"
BUILD = (sys.executable, "-m", "figurepress.build", "--cluster", "profiles/slurm")
ONE_BY_ONE = "--group-components=figures=1"

pytestmark = pytest.mark.slurm


@pytest.fixture(scope="module")
def slurm() -> Iterator[dict[str, str]]:
    """The environment in which Slurm's commands talk to the cluster."""
    with cluster() as environment:
        yield environment


@pytest.fixture
def project(tmp_path) -> Path:
    """The sample lecture, not built."""
    return sample_project(tmp_path / "project")


def build(project: Path, slurm: dict[str, str], *options: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [*BUILD, *options], cwd=project, env=slurm, capture_output=True, text=True
    )


def jobs(slurm: dict[str, str], *options: str) -> list[str]:
    """The ids of cluster jobs, or what another --format prints for each."""
    command = ["squeue", "--noheader", "--format=%i", *options]
    return subprocess.run(command, env=slurm, capture_output=True, text=True).stdout.split()


def test_cluster_and_local_builds_are_identical(built, project, slurm):
    done = build(project, slurm)
    assert done.returncode == 0, done.stdout + done.stderr
    assert built_files(project) == built_files(built)


def test_figures_share_a_cluster_job(project, slurm):
    before = set(jobs(slurm, "--states=all"))
    build(project, slurm)
    assert len(set(jobs(slurm, "--states=all")) - before) == 1


def test_failed_figure_does_not_stop_others(project, slurm):
    append(project / "scripts/bars.py", "raise ValueError('a reason')\n")
    # As `make slurm`: first figures share a job, then those that are missing get one each.
    build(project, slurm)
    done = build(project, slurm, ONE_BY_ONE)
    assert done.returncode == 1
    assert "ValueError: a reason" in done.stdout.split("bars failed; ")[1]
    assert (project / "figures/waves.svg").exists()


def test_next_build_completes_a_cancelled_job(built, project, slurm):
    first = subprocess.Popen(BUILD, cwd=project, env=slurm, stdout=subprocess.DEVNULL)
    until(lambda: jobs(slurm, "--states=running"))
    subprocess.run(["scancel", *jobs(slurm, "--states=running")], env=slurm, check=True)
    assert first.wait() != 0
    assert build(project, slurm).returncode == 0
    assert built_files(project) == built_files(built)


def test_missing_data_is_computed_by_a_job_of_its_own(project, slurm):
    data = (project / DATA).read_bytes()
    (project / DATA).unlink()
    before = set(jobs(slurm, "--states=all"))
    done = build(project, slurm)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (project / DATA).read_bytes() == data
    new = set(jobs(slurm, "--states=all")) - before
    memory = jobs(slurm, "--states=all", f"--jobs={','.join(new)}", "--format=%m")
    # profiles/slurm requests 2000 MB for figures and 4000 MB for an experiment.
    assert sorted(memory) == ["2000M", "4000M"]
