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

NOT_LINKED = ("figures", "logs", ".build", ".snakemake")  # the clean build writes its own


def differences(built: Path, clean: Path, names: list[str]) -> list[str]:
    """One line for each of the files `names` that `built` lacks or that differs in `clean`."""
    lines = []
    for name in names:
        file = built / name
        if not file.exists():
            lines.append(f"{file}: missing; run make")
        elif file.read_bytes() != (clean / name).read_bytes():
            lines.append(f"{file}: differs from a clean build; run make, or undo the edit")
    return lines


def main(arguments: Sequence[str]) -> int:
    """Build in a temporary folder with links to the sources; return 1 if figures/ differs."""
    parser = Parser(prog="make check")
    parser.add_argument("--cores", default="4")
    cores = parser.parse_args(arguments).cores
    settings = config.read()
    # The clean build would compute missing data, and write them into this lecture, because its
    # folder data/ is a link to ours.
    for experiment in experiments.figures_by_experiment(settings.figures):
        data = experiments.data_file(experiment)
        if not data.exists():
            raise InputError(f"{data}: missing; run make")
    outputs = [file for job in planning.all_jobs(settings) for file in job.outputs]
    # git ignores PDFs, so a fresh clone has none: a missing PDF is no difference.
    names = [file.name for file in outputs if file.exists() or file.suffix != ".pdf"]
    with TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for source in Path().iterdir():
            if source.name not in NOT_LINKED:
                (folder / source.name).symlink_to(source.absolute())
        (folder / "figures").mkdir()
        command = [sys.executable, "-m", "figurepress.build", "--cores", cores]
        if status := subprocess.run(command, cwd=folder).returncode:
            return status
        lines = differences(built=Path("figures"), clean=folder / "figures", names=names)
    print("\n".join(lines) or f"{len(names)} files match a clean build")
    return 1 if lines else 0


if __name__ == "__main__":
    run(main)
