"""Compare figures/ with a clean build: ``python -m figurepress.tools.check_clean_build``."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from figurepress.build import experiments, planning
from figurepress.command_line import Parser, run
from figurepress.project import config
from figurepress.project.validated_files import InputError

BUILT = ("figures", "logs", ".build", ".snakemake")


def differences(built: Path, fresh: Path, names: list[str]) -> list[str]:
    """One line for each of these files that differs between the two folders."""
    found = []
    for name in names:
        file, new = built / name, fresh / name
        if not file.exists():
            found.append(f"{file}: missing; run make")
        elif file.read_bytes() != new.read_bytes():
            found.append(f"{file}: differs from a clean build; run make, or undo the edit")
    return found


def main(arguments: Sequence[str]) -> int:
    """Build the lecture in a temporary folder; return 1 if figures/ differs."""
    parser = Parser(prog="make check")
    parser.add_argument("--cores", default="4")
    cores = parser.parse_args(arguments).cores
    settings = config.read()
    # The build below would run a missing experiment. Through its link to data/, it would write the
    # results into this lecture.
    for name in experiments.of_figures(settings.figures):
        if not experiments.data(name).exists():
            raise InputError(f"{experiments.data(name)}: missing; run make")
    names = [file.name for job in planning.all_jobs(settings) for file in job.outputs]
    with TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for part in Path().iterdir():
            if part.name not in BUILT:
                (folder / part.name).symlink_to(part.absolute())
        (folder / "figures").mkdir()
        command = [sys.executable, "-m", "figurepress.build", "--cores", cores]
        if status := subprocess.run(command, cwd=folder).returncode:
            return status
        published = [name for name in names if _is_published(Path("figures", name))]
        found = differences(Path("figures"), folder / "figures", published)
    print("\n".join(found) or f"{len(published)} files match a clean build")
    return 1 if found else 0


def _is_published(file: Path) -> bool:
    """Whether a file must exist. A PDF may be missing, because git ignores it."""
    return file.suffix != ".pdf" or file.exists()


if __name__ == "__main__":
    run(main)
