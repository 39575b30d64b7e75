"""Copies of the outputs that a build replaces.

Snakemake deletes the outputs of a job before it starts the job. If a figure cannot be drawn, its
previous files are restored. A file that this project did not write is kept in .build/replaced.
"""

import filecmp
import os
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from figurepress.files import hash_of

KEPT, REPLACED = Path(".build/kept"), Path(".build/replaced")


@contextmanager
def outputs(files: Collection[Path], by_hand: Collection[Path]) -> Iterator[None]:
    """Restore outputs that are missing at the end, and report the replaced ones.

    Parameters
    ----------
    files
        All outputs that may be deleted.
    by_hand
        Those of `files` that a person wrote or edited.
    """
    aside = {file: REPLACED / f"{hash_of(file)[:8]}-{file.name}" for file in by_hand}
    for file, copy in aside.items():
        _link(file, copy)
    for file in files:
        _link(file, KEPT / file.name)
    try:
        yield
    finally:
        bring_back()
        for file, copy in aside.items():
            if filecmp.cmp(file, copy, shallow=False):
                copy.unlink()
            else:
                print(f"{file}: replaced; the previous file is now {copy}")


def bring_back() -> None:
    """Move the kept files of a stopped or failed build back to where they are missing."""
    for copy in KEPT.glob("*"):
        file = Path("figures", copy.name)
        if file.exists():
            copy.unlink()
        else:
            file.parent.mkdir(exist_ok=True)
            copy.rename(file)


def _link(file: Path, copy: Path) -> None:
    """Give a file a second name; copy it on a disk that does not support links."""
    copy.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(file, copy)
    except FileExistsError:
        pass
    except OSError:
        shutil.copy2(file, copy)
