"""Compare the numbers of a figure with those of the last commit.

``python -m figurepress.tools.changed_numbers scripts/x.py numbers.npz`` writes what compute()
returns.
"""

import subprocess
import sys
import tarfile
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from figurepress.build.run_in_this_process import run_script
from figurepress.project.values_for_page import as_text, flatten


def compare(old: dict[str, np.ndarray], new: dict[str, np.ndarray]) -> list[tuple[str, ...]]:
    """A row for each field that differs: name, old values, new values, largest change."""
    rows: list[tuple[str, ...]] = []
    for name in dict.fromkeys([*old, *new]):
        before, after = old.get(name), new.get(name)
        if before is not None and after is not None and np.array_equal(before, after):
            continue
        rows.append((name, _text(before), _text(after), _largest_change(before, after)))
    return rows


def _largest_change(before: np.ndarray | None, after: np.ndarray | None) -> str:
    if before is None or after is None or before.shape != after.shape:
        return ""
    if before.dtype.kind not in "fiub" or not before.size:
        return ""
    return f"{np.abs(after.astype(float) - before.astype(float)).max():.3g}"


def since_last_commit(stem: str) -> list[tuple[str, ...]]:
    """The result of `compare` for a figure, between the last commit and now.

    Empty if there is no commit, or if the script of the last commit fails.
    """
    with TemporaryDirectory() as temporary:
        committed = Path(temporary)
        if not _checkout(committed):
            return []
        now, then = of_figure(stem), of_figure(stem, committed)
    return [] if now is None or then is None else compare(then, now)


def of_figure(stem: str, folder: Path = Path()) -> dict[str, np.ndarray] | None:
    """What compute() of a figure returns, by name; None if the script fails.

    A new process runs the script in `folder`.
    """
    with TemporaryDirectory() as temporary:
        file = Path(temporary, "numbers.npz")
        module = "figurepress.tools.changed_numbers"
        command = [sys.executable, "-m", module, f"scripts/{stem}.py", str(file)]
        failed = subprocess.run(command, cwd=folder, capture_output=True).returncode
        return None if failed else dict(np.load(file))


def _checkout(folder: Path) -> bool:
    """Unpack the last commit."""
    archive = subprocess.run(["git", "archive", "HEAD"], capture_output=True)
    if archive.returncode:
        return False
    with tarfile.open(fileobj=BytesIO(archive.stdout)) as tar:
        tar.extractall(folder, filter="data")
    return True


def _text(array: np.ndarray | None) -> str:
    return "none" if array is None else as_text(array)


if __name__ == "__main__":
    numbers = run_script(Path(sys.argv[1]), name="figure")["compute"]()
    np.savez(sys.argv[2], allow_pickle=False, **flatten(numbers))
