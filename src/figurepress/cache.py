"""A cache of files for the results of slow steps, such as parsing YAML."""

from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from figurepress.files import write

FOLDER = Path(".build/cache")
HASH_SIZE = sha256().digest_size  # bytes at the start of a file: the hash of the other bytes
_used: set[str] = set()  # the names of the files that this process has read or written


def cached(version: str, source: bytes, compute: Callable[[], bytes]) -> bytes:
    """The result of a step: from an earlier build if its source is the same, else computed.

    `version` names the step and the version of its code, so that older results are not used after
    a change. `source` is everything else that the result depends on. `compute` computes the result.
    """
    name = sha256(version.encode() + b"\0" + source).hexdigest()
    _used.add(name)
    file = FOLDER / name
    with suppress(OSError):
        stored = file.read_bytes()
        stored_hash = stored[:HASH_SIZE]
        result = stored[HASH_SIZE:]
        if stored_hash == sha256(result).digest():  # else a crash of the machine truncated the file
            return result
    result = compute()
    with suppress(OSError):  # the disk is full, or there is no folder .build: do not create it
        FOLDER.mkdir(exist_ok=True)
        write({file: sha256(result).digest() + result})
    return result


def prune() -> None:
    """Remove the results that this process has not used.

    Call this after building all pages, which uses every result that is still needed.
    """
    for file in FOLDER.glob("*"):
        if file.name not in _used:
            file.unlink(missing_ok=True)
