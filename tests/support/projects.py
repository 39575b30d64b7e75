"""Sample lectures in temporary folders, and commands for them; used by tests of the machinery."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
SAMPLE = Path(__file__).with_name("sample")  # two small figures, bars and waves
STEMS = ("bars", "waves")
PAGES = (
    "figures.json",
    "index.html",
    "tests.html",
    "fonts.css",
    "overview.png",
    "overview-dark.png",
)
SUFFIXES = (".svg", ".png", ".pdf", "-dark.svg", "-dark.png")
# Slow imports of the build, which the pre-fork server of the tests runs once for all tests.
PRELOAD = (
    "markdown_it",
    "math_core",
    "smart_open",
    "snakemake.cli",
    "snakemake.report.html_reporter",
)
# Options of Python; the socket, then the options of the program to run in a fork follow.
FORK = ("-m", "figurepress.build.prefork", "--socket")


def sample_project(folder: Path) -> Path:
    """Copy the sample lecture into `folder`, with what builds it; nothing is built."""
    shutil.copytree(SAMPLE, folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "Snakefile", folder)
    shutil.copytree(ROOT / "profiles", folder / "profiles")
    (folder / "figures").mkdir()
    return folder


class Client:
    """Runs ``python <arguments>`` in forks of the pre-fork server at `socket`."""

    def __init__(self, socket: Path) -> None:
        self.socket = socket

    def begin(self, project: Path, *arguments: str, **options: Any) -> subprocess.Popen[str]:
        """Start ``python <arguments>`` in a project, in a process group of its own."""
        return subprocess.Popen(
            [sys.executable, *FORK, self.socket, *arguments],
            cwd=project,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            **options,
        )

    def run(
        self, project: Path, *arguments: str, **options: Any
    ) -> subprocess.CompletedProcess[str]:
        """Run ``python <arguments>`` in a project; ``stdout`` has all that it printed."""
        process = self.begin(project, *arguments, **options)
        output, _ = process.communicate()
        return subprocess.CompletedProcess(arguments, process.returncode, output)

    def build(self, project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the build, as ``make`` does."""
        return self.run(project, "-m", "figurepress.build", "--cores", "2", *arguments)

    def assert_redraws(self, project: Path, *jobs: str) -> None:
        """Assert that the next build runs exactly these jobs and succeeds."""
        build = self.build(project)
        assert build.returncode == 0, build.stdout
        assert out_of_date(build) == set(jobs), build.stdout


def out_of_date(build: subprocess.CompletedProcess[str]) -> set[str]:
    """The jobs in the line ``out of date: ...`` of a build; empty if all is up to date."""
    if "everything is up to date" in build.stdout:
        return set()
    (line,) = [line for line in build.stdout.splitlines() if line.startswith("out of date: ")]
    return set(line.removeprefix("out of date: ").split(", "))


def built_files(project: Path) -> dict[str, bytes]:
    """The content of all files in ``figures/``, including unfinished ones, by name."""
    return {file.name: file.read_bytes() for file in (project / "figures").iterdir()}


def write(file: str | Path, text: str) -> None:
    """Write a file, and create its folders."""
    Path(file).parent.mkdir(parents=True, exist_ok=True)
    Path(file).write_text(text)


def append(file: Path, text: str = "\n") -> None:
    """Append to a file, by default an empty line: the smallest edit."""
    file.write_text(file.read_text() + text)


def edit(file: str | Path, old: str, new: str) -> None:
    """Replace a part of a file; fail if the file does not contain it."""
    text = Path(file).read_text()
    assert old in text, f"{file}: no {old!r}"
    Path(file).write_text(text.replace(old, new))


def git(folder: str | Path, *arguments: str | Path) -> str:
    """Run git in a folder, with an author for commits; return what it prints."""
    author = ("-c", "user.name=A", "-c", "user.email=a@example.org")
    done = subprocess.run(
        ["git", *author, *arguments], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout


def commit(folder: str | Path, *add_options: str) -> None:
    """Make a folder a git repository, and commit all its files."""
    git(folder, "init", "-q")
    git(folder, "add", *add_options, ".")
    git(folder, "commit", "-qm", "first")
