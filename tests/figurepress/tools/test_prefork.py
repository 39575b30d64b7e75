"""A script run by the build's warm Python ends as one run by itself; nothing outlives the build."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest
from tests.support.projects import FIGURES, ROOT, SUFFIXES, edit, small_project, whole_project

NUMPY = "quadratic_loss_curve"
STEMS = sorted(file.stem for file in (ROOT / "scripts").glob("*.py"))
BUILD = "import warm; warm.start(); print('started', flush=True); input()"
HANG = """
import os, pathlib, time
pathlib.Path("begun").write_text(str(os.getpid()))
time.sleep(60)
"""
ENVIRONMENT = os.environ | {"PYTHONUNBUFFERED": ""}
# The warm Python runs a script all the same; one that starts for it would not.
NO_OTHER_PYTHON = {"PYTHONHOME": "/nowhere"}


def begin(folder: Path, **environment: str) -> subprocess.Popen:
    """Stands in for a build of this folder."""
    build = subprocess.Popen(
        [sys.executable, "-c", BUILD],
        cwd=folder,
        env=ENVIRONMENT | environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert build.stdout.readline() == b"started\n"
    return build


def warm(folder: Path, *arguments: str) -> subprocess.CompletedProcess:
    """Run a script as the rule of a figure does, in the warm Python or not at all."""
    return run(folder, "-IS", "warm.py", *arguments, **NO_OTHER_PYTHON)


def run(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=ENVIRONMENT | environment,
        capture_output=True,
        text=True,
    )


def left_in(folder: Path, seconds: float = 10) -> list[str]:
    """The processes that still work in a folder after so long."""
    end = time.monotonic() + seconds
    while left := [
        f"{process.pid}: {' '.join(process.info['cmdline'] or ['just ended'])}"
        for process in psutil.process_iter(["cwd", "cmdline"])
        if process.info["cwd"] == str(folder)
    ]:
        if time.monotonic() > end:
            break
        time.sleep(0.05)
    return left


def wait_for(file: Path, seconds: float = 60) -> str:
    """What is in a file, once something is."""
    end = time.monotonic() + seconds
    while not (file.exists() and file.read_text()):
        assert time.monotonic() < end, f"{file} is not written"
        time.sleep(0.02)
    return file.read_text()


def project(folder: Path, *stems: str) -> Path:
    """A project with these figures, in which nothing was built."""
    small_project(folder, *stems)
    for stem in stems:
        shutil.copy(ROOT / f"scripts/{stem}.py", folder / "scripts")
    return folder


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """A project with a warm Python that serves it."""
    folder = project(tmp_path_factory.mktemp("warm") / "project", *STEMS)
    build = begin(folder, GREETING="hello", MPLBACKEND="nonsense")
    yield folder
    build.kill()
    assert left_in(folder) == []


@pytest.fixture
def served(tmp_path):
    """A project of the test's own, to break, and the build that keeps its warm Python.

    It imports no more than a script does: that takes the longest.
    """
    folder = project(tmp_path / "project", NUMPY)
    edit(folder / "warm.py", r"DRAWING \+ imports", "imports")
    build = begin(folder)
    yield folder, build
    build.kill()
    assert left_in(folder) == []


def drawn(run: subprocess.CompletedProcess, folder: Path) -> dict[str, bytes]:
    """The files that a run has written into a folder."""
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def draw(how, folder: Path, stem: str, into: Path) -> dict[str, bytes]:
    into.mkdir()
    files = [str(into / f"{stem}{suffix}") for suffix in SUFFIXES]
    return drawn(how(folder, f"scripts/{stem}.py", *files), into)


# The same, warm and cold


def test_figure_has_the_same_bytes_warm_and_cold(shared, tmp_path):
    cold = draw(run, shared, NUMPY, tmp_path / "cold")
    assert len(cold) == len(SUFFIXES)
    assert draw(warm, shared, NUMPY, tmp_path / "warm") == cold


def test_page_has_the_same_bytes_warm_and_cold(shared, tmp_path):
    pictures = [ROOT / f"figures/{NUMPY}{suffix}" for suffix in SUFFIXES if suffix != ".pdf"]
    made = []
    for how, path in ((warm, {}), (run, {"PYTHONPATH": "scripts"})):
        into = tmp_path / how.__name__
        into.mkdir()
        for tool, *files in (
            ("manifest", into / "figures.json", *pictures),
            ("gallery", into / "figures.json", into / "index.html"),
            ("overview", into / "overview.png", pictures[1]),
        ):
            all_files = drawn(how(shared, f"page/{tool}.py", *map(str, files), **path), into)
        made.append(all_files)
    assert len(made[0]) == 3
    assert made[0] == made[1]


@pytest.mark.slow
def test_all_figures_have_the_same_bytes_warm_beside_others_and_cold_alone(shared, tmp_path):
    with ThreadPoolExecutor(4) as cores:
        together = cores.map(lambda stem: draw(warm, shared, stem, tmp_path / stem), STEMS)
    for stem, files in zip(STEMS, together, strict=True):
        assert files == draw(run, shared, stem, tmp_path / f"{stem}-cold"), stem


@pytest.mark.parametrize(
    "fault",
    [
        "raise ValueError('wrong') from KeyError('first')",
        "def f():\n    return 1 / 0\n\n\nf()",
        "x = = 1",
        "import no_such_library",
        "import sys; print('out'); sys.exit('a reason')",
        "import sys; sys.stderr.write('half a line'); sys.exit(7)",
        "import sys; print(sys.argv, __file__, sys.path[0], __name__)",
        "import lecture; look.color('no such role')",
        "import lecture; lecture.main(print, print)",
    ],
)
def test_script_says_the_same_warm_and_cold(shared, fault):
    script = shared / "scripts/fault.py"
    script.write_text(f"{fault}\n")
    here, there = (how(shared, "scripts/fault.py", "x.png") for how in (warm, run))
    assert (here.returncode, here.stdout, here.stderr) == (
        there.returncode,
        there.stdout,
        there.stderr,
    )
    assert here.stdout + here.stderr


def test_script_finds_the_environment_of_the_build(shared):
    (shared / "scripts/ask.py").write_text("import os; print(os.environ['GREETING'])")
    assert warm(shared, "scripts/ask.py").stdout == "hello\n"


def test_script_that_hangs_is_ended_at_its_time_limit(served):
    folder, _ = served
    edit(folder / "scripts/lecture/command.py", r"TIME_LIMIT = \d+", "TIME_LIMIT = 1")
    edit(folder / f"scripts/{NUMPY}.py", r"return residual\*\*2", "import time; time.sleep(60)")
    hung = warm(folder, f"scripts/{NUMPY}.py", "figures/x.svg")
    assert hung.returncode == 1
    assert hung.stderr.startswith("Timeout (0:00:01)!")
    assert "in squared_loss" in hung.stderr


# What an author edits is read anew


@pytest.fixture(scope="module")
def before(shared, tmp_path_factory):
    """The picture that nothing was edited for."""
    picture = tmp_path_factory.mktemp("before") / "x.svg"
    warm(shared, f"scripts/{NUMPY}.py", str(picture))
    return picture.read_bytes()


@pytest.mark.parametrize(
    ("file", "pattern", "replacement"),
    [
        (f"scripts/{NUMPY}.py", "STEPS = 60", "STEPS = 4"),
        (f"prompts/{NUMPY}.md", r"\ntitle: ", "\ntitle: New "),
        ("scripts/lecture/palette.py", '"ink": ', '"ink": ("#123456",) * 2 or '),
        ("scripts/lecture/lecture.mplstyle", r"\Z", "\naxes.linewidth: 3\n"),
    ],
)
def test_edit_is_drawn(shared, before, tmp_path, file, pattern, replacement):
    picture, text = tmp_path / "x.svg", (shared / file).read_text()
    edit(shared / file, pattern, replacement)
    warm(shared, f"scripts/{NUMPY}.py", str(picture))
    (shared / file).write_text(text)
    assert picture.read_bytes() != before


# Without a warm Python


@pytest.mark.parametrize("stale", [False, True])
def test_script_runs_by_itself_where_no_build_serves(tmp_path, stale):
    folder = project(tmp_path / "project")
    if stale:
        (folder / ".snakemake").mkdir()
        with socket.socket(socket.AF_UNIX) as of_a_killed_build:
            of_a_killed_build.bind(str(folder / ".snakemake/warm"))
    (folder / "ask.py").write_text("import os; print(os.getppid())")
    assert int(run(folder, "-IS", "warm.py", "ask.py").stdout) == os.getpid()


def test_build_serves_where_a_killed_one_did(served):
    folder, build = served
    build.kill()
    build.wait()
    assert left_in(folder) == []  # what ends can still be asked, and then serves no more
    again = begin(folder)
    (folder / "ask.py").write_text("print('warm')")
    assert warm(folder, "ask.py").stdout == "warm\n"
    again.kill()


def test_build_that_ends_leaves_no_socket(served):
    folder, build = served
    assert (folder / ".snakemake/warm").is_socket()
    build.communicate(b"\n")
    assert not (folder / ".snakemake/warm").exists()


def test_folders_do_not_meet(shared, tmp_path):
    other = project(tmp_path / "other")
    for folder in (shared, other):
        (folder / "ask.py").write_text("print('warm')")
    assert warm(shared, "ask.py").stdout == "warm\n"
    assert warm(other, "ask.py").stdout == ""


# Its end


def hang(script: Path) -> None:
    """Let a script note its process, then wait for a minute."""
    rest = script.read_text() if script.exists() else ""
    script.write_text(f"{HANG}\n{rest}")


def test_killed_build_leaves_no_process(served):
    folder, build = served
    hang(folder / "hang.py")
    client = subprocess.Popen([sys.executable, "-IS", "warm.py", "hang.py"], cwd=folder)
    wait_for(folder / "begun")
    build.kill()
    assert client.wait(10) == 1
    build.wait()
    assert left_in(folder) == []


def test_killed_job_leaves_no_process(served):
    folder, build = served
    hang(folder / "hang.py")
    client = subprocess.Popen([sys.executable, "-IS", "warm.py", "hang.py"], cwd=folder)
    script = psutil.Process(int(wait_for(folder / "begun")))
    client.kill()
    client.wait()
    assert psutil.wait_procs([script], timeout=10)[1] == []
    assert build.poll() is None


@pytest.mark.slow
@pytest.mark.parametrize("ending", ["SIGKILL", "SIGKILL to all", "SIGINT to all", "SIGTERM to all"])
def test_stopped_snakemake_leaves_no_process(tmp_path, ending):
    folder = whole_project(tmp_path / "project", *FIGURES)
    hang(folder / f"scripts/{FIGURES[0]}.py")
    build = subprocess.Popen(
        [sys.executable, "-m", "snakemake", "--cores", "2"],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    wait_for(folder / "begun")
    signal_, _, to_all = ending.partition(" ")
    (os.killpg if to_all else os.kill)(build.pid, getattr(signal, signal_))
    build.wait(30)
    assert left_in(folder) == []
