"""`make slurm`, for real, on a cluster of this one machine: `make test-slurm`."""

import math
import re
import shutil
import subprocess
import sys
from pathlib import Path

from figurepress.project import config

import pytest
from tests.support.cluster import cluster, until
from tests.support.projects import PARTS, ROOT, configuration, edit

BIN = Path(sys.executable).parent
SNAKEMAKE = [BIN / "snakemake", "--workflow-profile", "profiles/slurm"]
MAKE = ["make", "--assume-old=.venv/complete", f"BIN={BIN}", "slurm"]
SMALL = ["quadratic_loss_curve", "logistic_loss_curve", "nonlinearities"]

pytestmark = pytest.mark.slurm


@pytest.fixture(scope="module")
def slurm():
    with cluster() as environment:
        yield environment


@pytest.fixture
def project(tmp_path):
    """The project with three figures, none drawn."""
    copy(tmp_path)
    (tmp_path / "config.yaml").write_text(configuration(*SMALL))
    return tmp_path


def copy(folder: Path) -> None:
    for part in [*PARTS, "config.yaml", "tests"]:
        copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy2
        copy(ROOT / part, folder / part)
    (folder / "figures").mkdir()


def run(command: list, project: Path, slurm: dict[str, str]) -> subprocess.CompletedProcess:
    return subprocess.run(command, cwd=project, env=slurm, capture_output=True, text=True)


def jobs(slurm: dict[str, str], *options: str) -> list[str]:
    """The ids of cluster jobs."""
    command = ["squeue", "--noheader", "--format=%i", *options]
    return subprocess.run(command, env=slurm, capture_output=True, text=True).stdout.split()


def drawn(project: Path) -> dict[str, bytes]:
    """The files of a project's figures."""
    return {
        file.name: file.read_bytes()
        for stem in SMALL
        for file in (project / "figures").glob(f"{stem}*")
    }


@pytest.fixture(scope="module")
def built(slurm, tmp_path_factory):
    """All figures, built on the cluster, and how that went."""
    folder = tmp_path_factory.mktemp("built")
    copy(folder)
    build = run(MAKE, folder, slurm)
    assert build.returncode == 0, build.stderr
    return folder, build.stderr


def test_all_files_have_the_bytes_of_a_local_build(built):
    folder, _ = built
    here = {file.name: file.read_bytes() for file in (ROOT / "figures").iterdir()}
    there = {file.name: file.read_bytes() for file in (folder / "figures").iterdir()}
    assert there.keys() == here.keys()
    assert [name for name in here if there[name] != here[name]] == []


def test_ten_figures_share_a_cluster_job(built, slurm):
    _, report = built
    name = re.search(r"SLURM run ID: (\S+)", report)[1]
    figures = len(config.read(ROOT).figures)
    assert len(jobs(slurm, "--states=all", f"--name={name}")) == math.ceil(figures / 10)


def test_failed_figure_is_named_with_its_traceback_and_stops_no_other(project, slurm):
    script = project / "scripts/quadratic_loss_curve.py"
    edit(script, r"return residual\*\*2", "return residual / wrong")
    build = run(MAKE, project, slurm)
    assert build.returncode != 0
    one_by_one = build.stderr.rpartition("SLURM run ID")[2]
    assert set(re.findall(r"Error in rule \w+:.*?log: logs/(\w+)", one_by_one, re.S)) == {
        "quadratic_loss_curve"
    }
    assert "NameError: name 'wrong' is not defined" in one_by_one
    assert {name.split(".")[0].removesuffix("-dark") for name in drawn(project)} == {
        "logistic_loss_curve",
        "nonlinearities",
    }


def test_cancelled_job_is_made_up_for_by_the_next_build(project, slurm):
    build = subprocess.Popen(SNAKEMAKE, cwd=project, env=slurm, stderr=subprocess.PIPE, text=True)
    until(lambda: jobs(slurm, "--states=running"))
    subprocess.run(["scancel", *jobs(slurm, "--states=running")], env=slurm, check=True)
    _, report = build.communicate()
    assert build.returncode != 0
    assert "CANCELLED" in report
    assert run(SNAKEMAKE, project, slurm).returncode == 0
    assert drawn(project) == drawn(ROOT)
