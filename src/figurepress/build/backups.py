"""Copies of the outputs while a build replaces them.

Snakemake deletes the outputs of a job before it starts the job. If a figure cannot be drawn, its
previous files are restored from .build/kept. If a job replaces a file that a person wrote or
edited, a copy stays in .build/replaced.
"""

import filecmp
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from figurepress.files import hash_of

KEPT = Path(".build/kept")  # empty except during a build
REPLACED = Path(".build/replaced")


@contextmanager
def back_up(outputs: Collection[Path], handmade: Collection[Path]) -> Iterator[None]:
    """Keep a copy of each output in this context; at its end, restore the outputs that are missing.

    Parameters
    ----------
    outputs
        The existing outputs of the jobs that will run.
    handmade
        Those that a person wrote or edited. If a job replaces one, its copy stays and is reported.
    """
    # The hash distinguishes the copies of several versions.
    handmade_copies = {file: REPLACED / f"{hash_of(file)[:8]}-{file.name}" for file in handmade}
    for file, copy in handmade_copies.items():
        _copy(file, copy)
    for file in outputs:
        _copy(file, KEPT / file.name)
    try:
        yield
    finally:
        restore()
        for file, copy in handmade_copies.items():
            if filecmp.cmp(file, copy, shallow=False):  # no job has replaced it
                copy.unlink()
            else:
                print(f"{file}: replaced; the previous file is now {copy}")


def restore() -> None:
    """Empty `KEPT`: move a copy back to figures/ if the output is missing, or else delete it."""
    for copy in KEPT.glob("*"):
        file = Path("figures", copy.name)
        if file.exists():
            copy.unlink()
        else:
            file.parent.mkdir(exist_ok=True)
            copy.rename(file)


def _copy(file: Path, copy: Path) -> None:
    """Copy a file. A hard link would change when a script writes into the file."""
    copy.parent.mkdir(parents=True, exist_ok=True)
    copy.unlink(missing_ok=True)  # an earlier copy may be read-only
    shutil.copy2(file, copy)
