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
        if name not in old:
            rows.append((name, "none", as_text(new[name]), ""))
        elif name not in new:
            rows.append((name, as_text(old[name]), "none", ""))
        elif not _are_equal(old[name], new[name]):
            change = _largest_change(old[name], new[name])
            rows.append((name, as_text(old[name]), as_text(new[name]), change))
    return rows


def _are_equal(before: np.ndarray, after: np.ndarray) -> bool:
    """Whether two fields have the same values; NaN equals NaN."""
    both_real = before.dtype.kind == after.dtype.kind == "f"
    return np.array_equal(before, after, equal_nan=both_real)


def _largest_change(before: np.ndarray, after: np.ndarray) -> str:
    """The largest absolute difference of two fields; "" if it is impossible to subtract them."""
    numeric = set("fiub")  # NumPy's kinds float, int, unsigned int and bool
    are_numbers = {before.dtype.kind, after.dtype.kind} <= numeric
    if not are_numbers or before.shape != after.shape:
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
        committed = Path(temporary, "last-commit")  # messages about this script show this name
        archive = subprocess.run(["git", "archive", "HEAD"], capture_output=True)
        if archive.returncode:
            raise InputError("no commit to compare with")
        with tarfile.open(fileobj=BytesIO(archive.stdout)) as tar:
            tar.extractall(committed, filter="data")
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
        names, *arrays = np.load(file).values()  # as saved below
        return dict(zip(names.tolist(), arrays, strict=True))


if __name__ == "__main__":
    # Under a name other than __main__, the script defines compute() but does not draw.
    variables = run_script(Path(sys.argv[1]), name="figure")
    arrays = flatten(variables["compute"]())
    # Other objects, such as None, can be saved only as pickles.
    numbers = {name: array for name, array in arrays.items() if array.dtype != object}
    # The first array has the names. As keywords, some names would be parameters of savez.
    np.savez(sys.argv[2], list(numbers), *numbers.values(), allow_pickle=False)
