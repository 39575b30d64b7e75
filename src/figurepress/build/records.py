"""Records of the files that a build wrote, to distinguish them from files that a person edited.

``.build/records/<job>.json`` has an entry for each output of a job: the digest of its sources, and
the hashes of its last two versions, newest first. Modification times are ignored, because git,
copies and clocks change them.
"""

import json
from collections.abc import Iterable, Mapping
from enum import Enum
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from figurepress import files, git
from figurepress.project.validated_files import InputError

RECORDS = Path(".build/records")


def write_outputs(
    job: str, contents: Mapping[Path, bytes], digest: str = "", root: Path = Path()
) -> None:
    """Write the record of a job, then its outputs.

    If this is interrupted after some outputs, the record still has the hashes of all files: those
    of the new versions, and those of the previous ones. `job` is the stem of a figure, or "pages";
    `digest` is that of the sources, or "" if `set_digest` will set it later.

    Raises
    ------
    OSError
        If a file cannot be written. In this case no file has changed.
    """
    record = _read(root / RECORDS / f"{job}.json")
    for file, content in contents.items():
        hashes = record.get(file.name, {}).get("hashes", [])
        new_hash = sha256(content).hexdigest()
        older = [old_hash for old_hash in hashes if old_hash != new_hash]
        last_two_versions = [new_hash, *older][:2]
        record[file.name] = {"digest": digest, "hashes": last_two_versions}
    text = json.dumps(record, indent=1) + "\n"
    files.write({root / RECORDS / f"{job}.json": text.encode(), **contents})


def are_in_figures(files: Iterable[Path], root: Path) -> bool:
    """Whether these files are in the folder figures/ of a lecture; those of a preview are not."""
    return all(file.parent.resolve() == (root / "figures").resolve() for file in files)


def set_digest(job: str, outputs: Iterable[Path], digest: str) -> None:
    """Set the digest of these outputs in the record of their job; "" clears it."""
    file = RECORDS / f"{job}.json"
    record = _read(file)
    for output in outputs:
        if output.name in record:
            record[output.name]["digest"] = digest
    files.write({file: (json.dumps(record, indent=1) + "\n").encode()})


def has_succeeded(job: str, outputs: Iterable[Path]) -> bool:
    """Whether a job set the digest of all its outputs, and none has changed since."""
    record = _read(RECORDS / f"{job}.json")
    for file in outputs:
        entry = record.get(file.name)
        if not (entry and entry.get("digest") and file.is_file()):
            return False
        if files.hash_of(file) != entry["hashes"][0]:
            return False
    return True


class State(Enum):
    """How an output of a job compares with its record and with the last commit."""

    FRESH = "written by the last build, from the current sources"
    MISSING = "does not exist"
    STALE = "not FRESH, but with content of a build in its record, or of the last commit"
    EDITED = "with other content than in its record and in the last commit: a person changed it"
    UNKNOWN = "without a record and not in git: a person or an old build wrote it"


def states(job: str, outputs: Iterable[Path], digest: str) -> dict[Path, State]:
    """The state of each output of a job whose current sources have this digest.

    Raises
    ------
    InputError
        If something other than a file has the name of an output.
    """
    record = _read(RECORDS / f"{job}.json")
    return {file: _state(file, record.get(file.name), digest) for file in outputs}


def _state(file: Path, entry: dict[str, Any] | None, digest: str) -> State:
    """The state of an output with this entry in the record; `entry` is None if it has none."""
    if not file.is_file():
        if file.exists() or file.is_symlink():  # a folder, a pipe, a link to nothing
            raise InputError(f"{file}: is not a file; move it away")
        return State.MISSING
    content_hash = files.hash_of(file)
    if entry and content_hash == entry["hashes"][0] and digest == entry.get("digest"):
        return State.FRESH
    if entry and content_hash in entry["hashes"]:
        return State.STALE
    is_committed = file.name in _unchanged_since_commit()
    is_as_committed = _unchanged_since_commit().get(file.name, False)
    if is_as_committed:
        return State.STALE
    return State.EDITED if entry or is_committed else State.UNKNOWN


@cache
def _unchanged_since_commit() -> dict[str, bool]:
    """Whether each file in ``figures/`` of the last commit is unchanged since then."""
    return git.unchanged_since_commit(Path("figures"))


def _read(file: Path) -> dict[str, dict[str, Any]]:
    """The entries of a record, by the name of the output; empty if there is no valid record."""
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):  # ValueError: a crash of the machine truncated it
        return {}
