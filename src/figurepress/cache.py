"""A cache for the results of slow steps, with a hash of their source as the key."""

from collections.abc import Callable
from contextlib import suppress
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
    with suppress(OSError):
        kept = file.read_bytes()
        if kept[:32] == sha256(kept[32:]).digest():  # else a crash of the machine truncated it
            return kept[32:]
    content = make()
    with suppress(OSError):  # a full disk, or a folder in which nothing was built
        FOLDER.mkdir(exist_ok=True)
        write({file: sha256(content).digest() + content})
    return content


def prune() -> None:
    """Remove the results that this process has not used."""
    for file in FOLDER.glob("*"):
        if file.name not in _used:
            file.unlink(missing_ok=True)
