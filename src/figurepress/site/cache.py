"""Results of slow steps, kept between builds by the content that they were made from."""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from figurepress.files import write

FOLDER = Path(".build/cache")
_used: set[str] = set()


def cached(step: str, source: bytes, make: Callable[[], bytes]) -> bytes:
    """The result of a step, from the last build if its source is the same.

    Parameters
    ----------
    step
        The name of the step with the version of what does it.
    source
        All that the result depends on.
    make
        Makes the result.
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
        pass  # a full disk or a read-only folder costs time only
    return content


def prune() -> None:
    """Remove the results that this process did not ask for."""
    for file in FOLDER.glob("*"):
        if file.name not in _used:
            file.unlink(missing_ok=True)
