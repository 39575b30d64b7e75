"""A cache for the results of slow steps, with a hash of their source as the key."""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from figurepress.files import write

FOLDER = Path(".build/cache")
_used: set[str] = set()


def cached(step: str, source: bytes, make: Callable[[], bytes]) -> bytes:
    """The result of a step, from an earlier build if its source has not changed.

    Parameters
    ----------
    step
        The name of the step, with the version of its library.
    source
        Everything that the result depends on.
    make
        Computes the result.
    """
    name = sha256(step.encode() + b"\0" + source).hexdigest()
    _used.add(name)
    file = FOLDER / name
    try:
        return file.read_bytes()
    except OSError:
        content = make()
    try:
        FOLDER.mkdir(parents=True, exist_ok=True)
        write({file: content})
    except OSError:
        pass  # a full disk or a read-only folder only costs time
    return content


def prune() -> None:
    """Remove the results that this process has not used."""
    for file in FOLDER.glob("*"):
        if file.name not in _used:
            file.unlink(missing_ok=True)
