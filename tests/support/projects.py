"""Sample lectures in temporary folders, and commands run in them."""

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
# Imported once for all tests that run these programs.
PRELOAD = (
    "markdown_it",
    "math_core",
    "smart_open",
    "snakemake.cli",
    "snakemake.report.html_reporter",
)
FORK = ("-m", "figurepress.build.prefork", "--socket")


def sample_project(folder: Path) -> Path:
    """Copy the sample lecture into `folder`, with what builds it; nothing is built."""
    shutil.copytree(SAMPLE, folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "Snakefile", folder)
    shutil.copytree(ROOT / "profiles", folder / "profiles")
    (folder / "figures").mkdir()
    return folder


class Server:
    """Runs ``python <arguments>`` in forks of one Python that has imported Snakemake."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def begin(self, project: Path, *arguments: str, **options: Any) -> subprocess.Popen[str]:
        """Start ``python <arguments>`` in a project, in a process group of its own."""
        return subprocess.Popen(
            [sys.executable, *FORK, self.path, *arguments],
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

    def build(self, project: Path, *arguments: str) -> subprocess.CompletedProcess:
        """What ``make`` calls."""
        return self.run(project, "-m", "figurepress.build", "--cores", "2", *arguments)


def built_files(project: Path) -> dict[str, bytes]:
    """The content of the folder of figures, unfinished files included."""
    return {file.name: file.read_bytes() for file in (project / "figures").iterdir()}


def append(file: Path, text: str = "\n") -> None:
    """Edit a file at its end."""
    file.write_text(file.read_text() + text)
