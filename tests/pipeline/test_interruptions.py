"""The next build completes builds that were killed, started twice, or ran out of disk space.

`make test` kills one build while it draws. Random interruptions run five times in `make test-slow`
and fifty times in `make soak`. An interruption after the end of the build does not count.
"""

import math
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from tests.support.privileges import with_mount
from tests.support.projects import Client, append, built_files, sample_project

BUILD = (sys.executable, "-m", "figurepress.build", "--cores", "2")
TRIES = [
    pytest.param(5, id="few", marks=pytest.mark.slow),
    pytest.param(50, id="many", marks=pytest.mark.soak),
]


@dataclass
class Lecture:
    """A lecture to interrupt, with the files of a clean build at each of two resolutions."""

    project: Path
    server: Client
    clean: dict[int, dict[str, bytes]]
    dpi: int = 100

    def edit(self) -> None:
        """Change the resolution, which makes all figures out of date."""
        self.dpi = 110 if self.dpi == 100 else 100
        config = self.project / "config.yaml"
        config.write_text(re.sub(r"(?<=dpi: )\d+", str(self.dpi), config.read_text()))

    def assert_next_build_completes(self) -> None:
        """Assert that after one more build, every file is as after a clean build."""
        build = self.server.build(self.project)
        assert build.returncode == 0, build.stdout
        files = built_files(self.project)
        clean = self.clean[self.dpi]
        assert [name for name in files | clean if files.get(name) != clean.get(name)] == []


def start(project: Path) -> subprocess.Popen:
    """Start a build in a process group of its own."""
    return subprocess.Popen(
        BUILD,
        cwd=project,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        # If a shell runs the tests in the background, they ignore SIGINT, and so would the build.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


@pytest.fixture(scope="module")
def lecture(tmp_path_factory, server):
    project = sample_project(tmp_path_factory.mktemp("interrupted") / "project")
    append(project / "config.yaml", "time_limit: 3000\n")  # other tests may keep the machine busy
    lecture = Lecture(project, server, {})
    for _ in range(2):  # once for each resolution
        lecture.edit()
        assert server.build(project).returncode == 0
        lecture.clean[lecture.dpi] = built_files(project)
    return lecture


def repeat(tries: int, attempt: Callable[[random.Random], bool]) -> None:
    """Repeat until `tries` attempts have hit a running build; `attempt` returns whether it did."""
    hits = 0
    for seed in range(5 * tries):
        hits += attempt(random.Random(seed))
        if hits == tries:
            return
    pytest.fail(f"only {hits} of {5 * tries} attempts hit a running build")


def kill_all(build: subprocess.Popen) -> None:
    """Kill the build and everything that it has started."""
    with suppress(psutil.NoSuchProcess):
        for process in psutil.Process(build.pid).children(recursive=True):
            with suppress(psutil.NoSuchProcess):
                process.kill()
    build.kill()


def kill_build_only(build: subprocess.Popen) -> None:
    """Kill only the build; the processes that it started must end by themselves."""
    build.kill()


def press_ctrl_c(build: subprocess.Popen) -> None:
    """Interrupt the process group of the build, as a terminal does."""
    with suppress(ProcessLookupError):
        os.killpg(build.pid, signal.SIGINT)


def drawing(build: subprocess.Popen) -> list[psutil.Process]:
    """The processes with which a build draws figures."""
    found = []
    with suppress(psutil.NoSuchProcess):
        for process in psutil.Process(build.pid).children(recursive=True):
            with suppress(psutil.NoSuchProcess):
                if "figurepress.build.run_figure" in process.cmdline():
                    found.append(process)
    return found


def wait_until_drawing(build: subprocess.Popen) -> None:
    """Wait until the build draws figures, or has ended."""
    while build.poll() is None and not drawing(build):
        time.sleep(0.02)


def kill_jobs(build: subprocess.Popen) -> None:
    """Kill only the processes that draw figures, as soon as there are any."""
    wait_until_drawing(build)
    for job in drawing(build):
        with suppress(psutil.NoSuchProcess):
            job.kill()


def test_next_build_completes_a_killed_build(server, built, tmp_path):
    project = sample_project(tmp_path / "project")
    build = start(project)
    wait_until_drawing(build)
    kill_all(build)
    build.communicate()
    assert build.returncode == -signal.SIGKILL
    assert built_files(project).keys() < built_files(built).keys(), "killed too late"
    assert server.build(project).returncode == 0
    assert built_files(project) == built_files(built)


@pytest.mark.parametrize("tries", TRIES)
@pytest.mark.parametrize("stop", [kill_all, kill_build_only, press_ctrl_c, kill_jobs])
def test_next_build_completes_a_stopped_build(lecture, tries, stop):
    def attempt(chance: random.Random) -> bool:
        lecture.edit()
        build = start(lecture.project)
        time.sleep(chance.uniform(1, 4))
        stop(build)
        build.communicate()
        lecture.assert_next_build_completes()
        return build.returncode != 0

    repeat(tries, attempt)


@pytest.mark.parametrize("tries", TRIES)
def test_one_of_two_builds_wins(lecture, tries):
    def attempt(chance: random.Random) -> bool:
        lecture.edit()
        first = start(lecture.project)
        time.sleep(chance.uniform(0, 2))
        second = start(lecture.project)
        refused = []
        for build in (first, second):
            output, _ = build.communicate()
            if build.returncode != 0:
                refused.append(output)
        assert refused in ([], ["another build is running in this folder; wait until it ends\n"])
        lecture.assert_next_build_completes()
        return bool(refused)

    repeat(tries, attempt)


@pytest.mark.slow
def test_plain_snakemake_during_a_build_is_safe(lecture):
    lecture.edit()
    build = start(lecture.project)
    lecture.server.run(lecture.project, "-m", "snakemake", "--cores", "2")
    build.communicate()
    lecture.assert_next_build_completes()


@pytest.mark.parametrize(
    ("mount", "reason"),
    [
        ("mount -t tmpfs -o size=4k none {folder} && {write}", "No space left on device"),
        (
            "mount --bind {folder} {folder} && {write} && mount -o remount,bind,ro {folder}",
            "Read-only file system",
        ),
    ],
    ids=["full disk", "read-only disk"],
)
def test_script_that_cannot_write_changes_no_file(built, tmp_path, mount, reason):
    picture = tmp_path / "x.svg"
    command = with_mount(
        mount.format(folder=tmp_path, write=f"printf old > {picture}"),
        after=f"ls -A {tmp_path}; cat {picture}",
    )
    script = (sys.executable, built / "scripts/bars.py", picture)
    done = subprocess.run([*command, *script], capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr == f"bars.py: {picture}: {reason}; no file was changed\n"
    assert done.stdout == "x.svg\nold"


@pytest.mark.slow
@pytest.mark.parametrize("share", [0.1, 0.4, 0.7])
def test_next_build_completes_after_a_full_disk(built, tmp_path, share):
    project = sample_project(tmp_path / "project")
    disk = tmp_path / "disk"
    disk.mkdir()
    # Room for the project, and for this share of the files that a build writes.
    size = disk_usage(project) + int(share * disk_usage(built / "figures"))
    command = with_mount(
        f"mount -t tmpfs -o size={size}k none {disk} && cp -r {project} {disk}",
        after=f"mount -o remount,size=64m none {disk} && cd {disk}/project"
        f" && {' '.join(BUILD)} > /dev/null 2>&1"
        f" && diff -r {built}/figures {disk}/project/figures && echo completed",
    )
    build = ("sh", "-c", f"cd {disk}/project && {' '.join(BUILD)}")
    done = subprocess.run([*command, *build], capture_output=True, text=True)
    assert done.returncode in (1, 2)  # a job or the build itself failed
    assert "No space left on device" in done.stdout + done.stderr
    assert done.stdout.endswith("completed\n"), done.stdout


def disk_usage(folder: Path) -> int:
    """The size of a folder's files on a tmpfs in KiB, in pages of 4 KiB."""
    sizes = [file.stat().st_size for file in folder.rglob("*") if file.is_file()]
    return sum(4 * math.ceil(size / 4096) for size in sizes)


@pytest.mark.slow
def test_read_only_figures_are_reported(built, tmp_path):
    project = shutil.copytree(built, tmp_path / "project")
    append(project / "scripts/bars.py")
    before = built_files(project)
    folder = project / "figures"
    command = with_mount(f"mount --bind {folder} {folder} && mount -o remount,bind,ro {folder}")
    done = subprocess.run([*command, *BUILD], cwd=project, capture_output=True, text=True)
    assert done.returncode == 1
    assert "Traceback" not in done.stdout + done.stderr
    assert built_files(project) == before


def test_read_only_project_is_reported_in_one_line(built, tmp_path):
    project = sample_project(tmp_path / "project")
    command = with_mount(f"mount --bind {project} {project} && mount -o remount,bind,ro {project}")
    build = ("sh", "-c", f'cd {project} && "$@"', "sh", *BUILD)
    done = subprocess.run([*command, *build], capture_output=True, text=True)
    assert done.returncode == 2
    advice = "copy the folder to a writable disk, then run the command again"
    assert done.stderr == f".build: Read-only file system; {advice}\n"
