"""Compare the numbers of a figure, which its compute() returns, with those of the last commit.

``python -m figurepress.tools.changed_numbers scripts/x.py numbers.npz`` writes the numbers of a
script into a file.
"""

import subprocess
import sys
import tarfile
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from figurepress.build.run_in_this_process import run_script
from figurepress.project.numbers_for_page import as_text, flatten
from figurepress.project.validated_files import InputError


def compare(old: dict[str, np.ndarray], new: dict[str, np.ndarray]) -> list[tuple[str, ...]]:
    """A table row for each field that differs: name, old values, new values, largest change."""
    rows: list[tuple[str, ...]] = []
    for name in dict.fromkeys([*old, *new]):  # each once
        before, after = old.get(name), new.get(name)
        if before is None or after is None or not _are_equal(before, after):
            rows.append((name, _text(before), _text(after), _largest_change(before, after)))
    return rows


def _are_equal(before: np.ndarray, after: np.ndarray) -> bool:
    """Whether two fields have the same values; NaN equals NaN."""
    both_real = before.dtype.kind == after.dtype.kind == "f"
    return np.array_equal(before, after, equal_nan=both_real)


def _largest_change(before: np.ndarray | None, after: np.ndarray | None) -> str:
    """The largest absolute difference of two fields; "" if empty or impossible to subtract."""
    if before is None or after is None or before.shape != after.shape:
        return ""
    kinds = {before.dtype.kind, after.dtype.kind}
    if not kinds <= set("fiub") or not before.size:  # float, int, unsigned int, bool; not text
        return ""
    return f"{np.abs(after.astype(float) - before.astype(float)).max():.3g}"


def since_last_commit(stem: str) -> list[tuple[str, ...]]:
    """The rows of `compare` for the numbers of a figure in the last commit and now.

    Raises
    ------
    InputError
        If there is no commit, or if one of the two scripts fails.
    """
    with TemporaryDirectory() as temporary:
        committed = Path(temporary, "last-commit")  # a name that explains messages
        if not _unpack_last_commit(committed):
            raise InputError("no commit to compare with")
        return compare(of_figure(stem, committed), of_figure(stem))


def of_figure(stem: str, folder: Path = Path()) -> dict[str, np.ndarray]:
    """The numbers of a figure, by field.

    The script runs in a new process, to import the lecture's modules from `folder`.

    Raises
    ------
    InputError
        If the script fails.
    """
    with TemporaryDirectory() as temporary:
        file = Path(temporary, "numbers.npz")
        module = "figurepress.tools.changed_numbers"
        script = f"scripts/{stem}.py"
        command = [sys.executable, "-m", module, script, str(file)]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        if done.returncode:
            last_line = done.stderr.strip().rpartition("\n")[2]
            raise InputError(f"{folder / script}: ended with an error: {last_line}")
        names, *arrays = np.load(file).values()
        return dict(zip(names.tolist(), arrays, strict=True))


def _unpack_last_commit(folder: Path) -> bool:
    """Write the files of the last commit into a folder; return False if there is no commit."""
    archive = subprocess.run(["git", "archive", "HEAD"], capture_output=True)
    if archive.returncode:
        return False
    with tarfile.open(fileobj=BytesIO(archive.stdout)) as tar:
        tar.extractall(folder, filter="data")
    return True


def _text(array: np.ndarray | None) -> str:
    """The values of a field; "none" if it does not exist."""
    return "none" if array is None else as_text(array)


if __name__ == "__main__":
    # Under a name other than __main__, the script defines compute() but does not draw.
    arrays = flatten(run_script(Path(sys.argv[1]), name="figure")["compute"]())
    numbers = {name: array for name, array in arrays.items() if array.dtype != object}
    # The names are an array, too: as keywords, some would be parameters of savez.
    np.savez(sys.argv[2], list(numbers), *numbers.values(), allow_pickle=False)
