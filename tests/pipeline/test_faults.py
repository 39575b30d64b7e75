"""Builds that are killed, starved, doubled or fed with failing scripts: nothing is lost.

Loops go once round in `make test`, with stand-ins for what is drawn; a few times among the
slow tests and, with full counts, in `make soak`, with three figures of the lecture, in one
theme. A blow that comes after the build's end does not count.
"""

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import psutil
import pytest
from tests.support.forks import Fork
from tests.support.projects import (
    FIGURES,
    ROOT,
    begin_snakemake,
    edit,
    make,
    snakemake,
    stand_in,
    whole_project,
    with_mount,
)

NUMPY, CELLS, TORCH = "quadratic_loss_curve", "toeplitz_conv_matrix", "pooling_window_stride"
TRIES = [
    pytest.param(1, id="once"),
    pytest.param(5, id="few", marks=pytest.mark.slow),
    pytest.param(50, id="full", marks=pytest.mark.soak),
]
SLOW_STAND_IN = """
import sys, time
from pathlib import Path
look = Path("scripts/lecture/lecture.mplstyle").read_text()
for file in map(Path, sys.argv[3:]):
    time.sleep(0.1)
    file.write_text(file.name + look)
"""
SHEET = "scripts/lecture/lecture.mplstyle"
# What an author tries by turns.
LOOKS = [(ROOT / SHEET).read_text() + change for change in ("", "\naxes.linewidth: 2\n")]


def drawn(project: Path) -> dict[str, bytes]:
    """All that is in the folder of figures, half-written files too."""
    return {file.name: file.read_bytes() for file in (project / "figures").iterdir()}


@dataclass
class Build:
    """A project to break, what a clean build makes of each of its looks, in how many seconds."""

    project: Path
    targets: list[str]
    clean: list[dict[str, bytes]]
    seconds: float = 2.0  # with stand-ins; measured with figures
    look: int = 0

    def begin(self) -> Fork:
        """A build that gets signals of its own."""
        return begin_snakemake(self.project, *self.targets)

    def edit(self) -> None:
        """The author changes what all figures share, to and fro."""
        self.look = 1 - self.look
        (self.project / SHEET).write_text(LOOKS[self.look])

    def is_mended(self) -> None:
        """One plain `make`, and all is as after a clean build; it knows no stand-ins."""
        build = snakemake(self.project, *self.targets) if self.targets else make(self.project)
        assert build.returncode == 0, build.stderr
        assert drawn(self.project) == self.clean[self.look]


@pytest.fixture(scope="module", params=TRIES)
def tries(request):
    return request.param


@pytest.fixture(scope="module")
def build(tries, tmp_path_factory):
    stems = [NUMPY, CELLS, TORCH]
    project = whole_project(tmp_path_factory.mktemp("faults") / "project", *stems)
    edit(project / "config.yaml", "light, dark", "light")
    if tries == 1:
        stand_in(project, *stems, script=SLOW_STAND_IN)
        names = [f"{stem}.{form}" for stem in stems for form in ("svg", "png", "pdf")]
        return Build(project, stems, [{it: (it + look).encode() for it in names} for look in LOOKS])
    build = Build(project, [], [{}, {}])
    for _ in LOOKS:
        build.edit()
        begin = time.monotonic()
        assert snakemake(project).returncode == 0
        build.seconds = time.monotonic() - begin
        build.clean[build.look] = drawn(project)
    assert build.clean[0] != build.clean[1]
    return build


def hit(tries: int, blow: Callable[[int], bool]) -> None:
    """Strike with one number after the other, until so many blows hit a build that ran."""
    hits = 0
    for number in range(4 * tries):
        hits += blow(number)
        if hits == tries:
            return
    pytest.fail(f"only {hits} of {number + 1} blows hit a build that still ran")


# Killed


def everything(process: Fork) -> None:
    """Kill a build and all it started; stopped first, it starts no more."""
    process.send_signal(signal.SIGSTOP)
    with suppress(psutil.NoSuchProcess):
        for one in psutil.Process(process.pid).children(recursive=True):
            with suppress(psutil.NoSuchProcess):
                one.kill()
    process.kill()


def snakemake_alone(process: Fork) -> None:
    process.kill()


def ctrl_c(process: Fork) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGINT)


def half_way(project: Path) -> bool:
    """Whether some figure has some of its three files."""
    made = [file.stem for file in project.glob("figures/*.*")]
    return any(made.count(stem) < 3 for stem in made)


def killed(build: Build, number: int, kill: Callable[[Fork], None]) -> bool:
    """Change the look of all figures, kill the build that follows at a random moment, mend.

    Stand-ins are killed half-way through a figure: all moments before are Snakemake's own.
    """
    build.edit()
    process = build.begin()
    if build.targets:
        while process.poll() is None and not half_way(build.project):
            time.sleep(0.02)
    else:
        time.sleep(random.Random(number).uniform(0, build.seconds))
    kill(process)
    stopped = process.wait() != 0
    build.is_mended()
    return stopped


@pytest.mark.parametrize(
    "kill", [everything, pytest.param(snakemake_alone, marks=pytest.mark.slow), ctrl_c]
)
def test_stopped_build_goes_on(build, tries, kill):
    hit(tries, lambda number: killed(build, number, kill))


def jobs_of(process: Fork) -> Iterator[psutil.Process]:
    """What a build starts to draw figures, as it starts it."""
    seen = set()
    while process.poll() is None:
        with suppress(psutil.NoSuchProcess):
            for job in psutil.Process(process.pid).children(recursive=True):
                if job not in seen and "warm.py" in " ".join(job.cmdline()):
                    seen.add(job)
                    yield job
        time.sleep(0.02)


def test_build_with_a_killed_job_goes_on(build, tries):
    def killed_job(number: int) -> bool:
        chance = random.Random(number)
        build.edit()
        process = build.begin()
        for job in islice(jobs_of(process), chance.randrange(7), None):
            time.sleep(chance.uniform(0, build.seconds / 20))
            with suppress(psutil.NoSuchProcess):
                job.kill()
            break
        failed = process.wait() != 0
        build.is_mended()
        return failed

    hit(tries, killed_job)


# Two at once


SAID = "another build runs in this folder; wait for it to end"


def test_second_build_stops_at_once(build):
    assert snakemake(build.project, CELLS).returncode == 0
    script = build.project / f"scripts/{NUMPY}.py"
    right = script.read_text()
    script.write_text("import time; time.sleep(600)")
    first = build.begin()
    next(jobs_of(first))
    second = snakemake(build.project, CELLS)  # drawn: it does not get so far as to see it
    plan = snakemake(build.project, "--dry-run", CELLS)
    assert first.poll() is None
    everything(first)
    first.wait()
    script.write_text(right)
    assert second.returncode == 1
    assert SAID in second.stderr
    assert "Traceback" not in second.stderr
    assert plan.returncode == 0, plan.stderr


def test_of_two_builds_one_wins_and_nothing_is_corrupt(build, tries):
    def two(number: int) -> bool:
        build.edit()
        first = build.begin()
        time.sleep(random.Random(number).uniform(0, build.seconds / 2))
        second = build.begin()
        ended = [process.completed() for process in (first, second)]
        lost = [one.stdout + one.stderr for one in ended if one.returncode != 0]
        assert len(lost) <= 1, lost
        assert all(SAID in text and "Traceback" not in text for text in lost), "\n".join(lost)
        assert drawn(build.project) == build.clean[build.look]
        return lost != []

    hit(tries, two)


# No room, no right to write


@pytest.mark.parametrize(
    ("mount", "why"),
    [
        ("mount -t tmpfs -o size=16k none {0} && {1}", "No space left on device"),
        ("mount --bind {0} {0} && {1} && mount -o remount,bind,ro {0}", "Read-only file system"),
    ],
    ids=["full disk", "read-only disk"],
)
def test_script_that_cannot_write_leaves_all_as_it_was(tmp_path, mount, why):
    picture = tmp_path / "x.svg"
    done = subprocess.run(
        [
            *with_mount(
                mount.format(tmp_path, f"printf old > {picture}"),
                after=f"ls -A {tmp_path}; cat {picture}",
            ),
            *(sys.executable, ROOT / f"scripts/{NUMPY}.py", picture),
        ],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert done.stderr == f"{NUMPY}.py: {picture}: {why}; no file was changed\n"
    assert done.stdout == "x.svg\nold"


def room_for(folder: Path) -> int:
    """KiB that the files of a folder take on a tmpfs, in pages of four."""
    return sum(-(-file.stat().st_size // 4096) * 4 for file in folder.rglob("*") if file.is_file())


@pytest.mark.slow
@pytest.mark.parametrize("share", [0, 0.2, 0.4, 0.6, 0.8])
def test_build_on_a_full_disk_goes_on_once_there_is_room(built, tmp_path, share):
    project, disk = whole_project(tmp_path / "project", *FIGURES), tmp_path / "disk"
    disk.mkdir()
    size = room_for(project) + int(share * room_for(built / "figures"))
    again = f"cd {disk}/project && {sys.executable} -m snakemake --cores 2"
    done = subprocess.run(
        [
            *with_mount(
                f"mount -t tmpfs -o size={size}k none {disk} && cp -r {project} {disk}",
                after=f"mount -o remount,size=64m none {disk} && ({again}) > /dev/null 2>&1"
                f" && diff -r {built}/figures {disk}/project/figures && echo mended",
            ),
            *("sh", "-c", again),
        ],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "No space left on device" in done.stdout + done.stderr  # of Snakemake's own files, too
    assert done.stdout.endswith("mended\n"), done.stdout


@pytest.mark.slow
def test_build_into_read_only_figures_is_refused_and_changes_nothing(built):
    before = drawn(built)
    folder = built / "figures"
    build = subprocess.run(
        [
            *with_mount(f"mount --bind {folder} {folder} && mount -o remount,bind,ro {folder}"),
            *(sys.executable, "-m", "snakemake", "--cores", "2", "--forceall"),
        ],
        cwd=built,
        capture_output=True,
        text=True,
    )
    assert build.returncode == 1
    assert "Write-protected output files" in build.stderr
    assert "Traceback" not in build.stderr
    assert drawn(built) == before


# Scripts that fail


@pytest.fixture
def project(built, tmp_path):
    """A built project of the test's own, to break."""
    return shutil.copytree(built, tmp_path / "project")


WRITES_HALF = "(file.open('wb', 0).write(content[:99]), os.kill(os.getpid(), 9))"
LIMIT = "from lecture import command; command.TIME_LIMIT = 1"
FAULTS = {
    "raises": ("raise ValueError('a reason')", "ValueError: a reason"),
    "hangs": (
        f"import time; {LIMIT}; squared_loss = lambda _: time.sleep(60)",
        "Timeout (0:00:01)!",
    ),
    "writes nothing": ("raise SystemExit(0)", f"sha256sum: figures/{NUMPY}-dark.png: "),
    "is killed": ("import os; os.kill(os.getpid(), 9)", "ended without a word"),
    "is killed half-way through a file": (
        f"import os, pathlib; pathlib.Path.write_bytes = lambda file, content: {WRITES_HALF}",
        "ended without a word",
    ),
}


@pytest.mark.slow  # in `make test`: the failed figure of test_pipeline
@pytest.mark.parametrize("fault", FAULTS)
def test_script_that_fails_stops_no_other_and_is_named_at_the_end(project, fault):
    does, why = FAULTS[fault]
    clean = drawn(project)
    script = project / f"scripts/{NUMPY}.py"
    right = script.read_text()
    edit(script, r"(?=lecture\.main)", f"{does}\n    ")
    (project / "figures/logistic_loss_curve.svg").unlink()
    build = snakemake(project, *FIGURES)
    assert build.returncode == 1
    *_, end = re.finditer(r"^(\w+) failed: (.*) \((.*)\)$", build.stdout, re.M)
    assert end[1] == NUMPY
    assert end[2].startswith(why)
    assert end[3] == f"logs/{NUMPY}.log"
    assert build.stdout.count("\n", end.end()) < 8
    others = {name: content for name, content in clean.items() if not name.startswith(NUMPY)}
    half = f".{NUMPY}.svg.part"
    assert {name: it for name, it in drawn(project).items() if name != half} == others

    script.write_text(right)
    assert snakemake(project, *FIGURES).returncode == 0
    assert drawn(project) == clean


# Outputs changed behind the back of the build


@pytest.mark.slow
def test_make_draws_nothing_where_nothing_changed(project):
    build = make(project)
    assert (build.returncode, build.stdout) == (0, "")
    assert "Nothing to be done" in build.stderr


@pytest.mark.parametrize(
    "name",
    [
        f"{NUMPY}.svg",
        pytest.param("figures.json", marks=pytest.mark.slow),
        pytest.param("index.html", marks=pytest.mark.slow),
        pytest.param("overview.png", marks=pytest.mark.slow),
    ],
)
def test_file_edited_by_hand_is_made_anew_by_make(project, name):
    clean = drawn(project)
    file = project / "figures" / name
    file.write_bytes(file.read_bytes() + b"by hand")
    build = make(project)
    assert build.returncode == 0
    assert f"removed 'figures/{name}'" in build.stdout
    assert drawn(project) == clean


@pytest.mark.slow
def test_deleted_file_is_made_anew_by_make(project):
    clean = drawn(project)
    (project / f"figures/{NUMPY}.pdf").unlink()
    assert make(project).returncode == 0
    assert drawn(project) == clean


@pytest.mark.slow
@pytest.mark.parametrize("change", ["edited", "deleted"])
def test_check_names_a_file_changed_by_hand_and_mends_it(project, change):
    clean = drawn(project)
    (project / ".venv").mkdir()
    file = project / f"figures/{NUMPY}.svg"
    for command in ("init", "add figures"):
        subprocess.run(["git", *command.split()], cwd=project, check=True, capture_output=True)
    if change == "edited":
        file.write_bytes(file.read_bytes() + b"by hand")
    else:
        file.unlink()
    check = make(project, "check")
    assert check.returncode != 0
    assert f"figures/{NUMPY}.svg" in check.stdout + check.stderr
    assert drawn(project) == clean
    assert make(project, "check").returncode == 0
