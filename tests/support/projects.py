"""Copies of the project, in small or with all that builds it, and what is done to them.

And how a command runs whom the file permissions bind, be it root who tests.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.support.forks import Fork

ROOT = Path(__file__).parents[2]
PARTS = ["Snakefile", "Makefile", "warm.py", "scripts", "page", "prompts", "profiles", "envs"]
FIGURES = ["quadratic_loss_curve", "logistic_loss_curve"]  # two that need no torch
SUFFIXES = [".svg", ".png", ".pdf", "-dark.svg", "-dark.png"]
# Writes the files that it is called with, draws nothing.
STAND_IN = """
import sys
from pathlib import Path
for file in sys.argv[1:]:
    if file.startswith(("figures/", "/")):
        Path(file).write_text("<svg>")
"""


def small_project(folder: Path, *stems: str) -> Path:
    """The page's tools and these figures, each built: its files hold their own names."""
    for part in ("page", "scripts/lecture"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "warm.py", folder)
    for part in ("prompts", "figures"):
        (folder / part).mkdir()
    for stem in stems:
        (folder / f"scripts/{stem}.py").touch()
        shutil.copy(ROOT / f"prompts/{stem}.md", folder / "prompts")
        for suffix in SUFFIXES:
            (folder / "figures" / (stem + suffix)).write_text(stem + suffix)
    (folder / "config.yaml").write_text(configuration(*stems))
    return folder


def whole_project(folder: Path, *stems: str) -> Path:
    """All that builds these figures, nothing built."""
    folder.mkdir()
    for part in PARTS:
        copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy2
        copy(ROOT / part, folder / part)
    (folder / "figures").mkdir()
    (folder / "config.yaml").write_text(configuration(*stems))
    return folder


def configuration(*stems: str) -> str:
    return (
        f"figures: [{', '.join(stems)}]\n"
        "formats: [svg, png, pdf]\nthemes: [light, dark]\ndpi: 200\n"
    )


def edit(file: Path, pattern: str, replacement: str) -> None:
    """Replace the one place in a file where the pattern matches."""
    text, count = re.subn(pattern, replacement, file.read_text())
    assert count == 1, f"{pattern!r} is in {file} {count} times"
    file.write_text(text)


def stand_in(project: Path, *stems: str, script: str = STAND_IN) -> None:
    """Let scripts that draw nothing stand in for these figures'; warm, none needs matplotlib."""
    edit(project / "warm.py", r"DRAWING \+ imports", "imports")
    for stem in stems:
        (project / f"scripts/{stem}.py").write_text(script)


def begin_snakemake(project: Path, *arguments: str) -> Fork:
    """Begin ``python -m snakemake`` in a project, in a session of its own."""
    return Fork(project, "snakemake", "--cores", "2", *arguments, path=[project])


def snakemake(project: Path, *arguments: str) -> subprocess.CompletedProcess:
    """Run ``python -m snakemake`` in a project."""
    return begin_snakemake(project, *arguments).completed()


def make(project: Path, *arguments: str) -> subprocess.CompletedProcess:
    """Run a verb of the Makefile in the environment that runs the tests."""
    folder = Path(sys.executable).parent
    return subprocess.run(
        ["make", "--old-file=.venv/complete", f"BIN={folder}", "CORES=2", *arguments],
        cwd=project,
        # As from a shell of its own, be it `make` that runs the tests.
        env={name: it for name, it in os.environ.items() if "MAKE" not in name},
        capture_output=True,
        text=True,
    )


def run(
    project: Path, tool: str, *arguments: str | Path, before: tuple[str, ...] = ()
) -> subprocess.CompletedProcess:
    """Run page/<tool>.py of a project as `make` does, in what ``before`` prepares."""
    if not before:
        path = [project / "page", project / "scripts"]
        return Fork(project, f"page/{tool}.py", *arguments, path=path).completed()
    return subprocess.run(
        [*before, sys.executable, f"page/{tool}.py", *arguments],
        cwd=project,
        env=os.environ | {"PYTHONPATH": "scripts"},
        capture_output=True,
        text=True,
    )


def bound_by_permissions() -> tuple[str, ...]:
    """What runs a command without root's right to read and write everything."""
    if os.geteuid() != 0:
        return ()
    if not shutil.which("setpriv"):
        pytest.skip("root can read and write everything, and setpriv is missing to give that up")
    return ("setpriv", "--bounding-set=-dac_override,-dac_read_search")


def with_mount(mount: str, after: str = "true") -> tuple[str, ...]:
    """What runs a command under a mount of its own, gone at its end, and ``after`` in it too."""
    own = ("unshare", "--map-root-user", "--mount", "sh", "-c")
    if not shutil.which("unshare") or subprocess.run([*own, "true"]).returncode != 0:
        pytest.skip("mounts of one's own are not allowed here")
    return (*own, f'{mount} || exit 9; "$@"; status=$?; {after}; exit $status', "sh")
