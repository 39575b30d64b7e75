"""Records of the files that a build wrote, to distinguish them from files that a person edited.

``.build/records/<job>.json`` maps each output of a job to the digest of its sources, and to
the hashes of its last two versions. Modification times are ignored, because git, copies and
clocks change them.
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

    The record comes first and keeps the hashes of the previous version, so all files of a build
    are known even if it was interrupted.

    Parameters
    ----------
    job
        The stem of a figure, or "pages".
    contents
        The files in ``figures/`` and their content.
    digest
        The digest of their sources, or "" if `set_digest` will set it later.
    root
        The folder of the lecture.

    Raises
    ------
    OSError
        If a file cannot be written. In this case no file has changed.
    """
    record = _read(root / RECORDS / f"{job}.json")
    for file, content in contents.items():
        known = record.get(file.name, {}).get("hashes", [])
        new = sha256(content).hexdigest()
        hashes = [new, *(old for old in known if old != new)][:2]
        record[file.name] = {"digest": digest, "hashes": hashes}
    text = json.dumps(record, indent=1) + "\n"
    files.write({root / RECORDS / f"{job}.json": text.encode(), **contents})


def are_outputs(written: Iterable[Path], root: Path) -> bool:
    """Whether a script writes outputs of the lecture in this folder, rather than a preview."""
    return all(file.parent.resolve() == (root / "figures").resolve() for file in written)


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
    return all(
        (entry := record.get(file.name))
        and entry.get("digest")
        and file.is_file()
        and files.hash_of(file) == entry["hashes"][0]
        for file in outputs
    )


class State(Enum):
    """How an output of a job compares with its record and with the last commit."""

    FRESH = "made from the current sources"
    MISSING = "does not exist"
    STALE = "written by a build from other sources, or committed"
    EDITED = "changed by a person"
    UNKNOWN = "in no record and not in git: old, or written by a person"


def states(job: str, outputs: Iterable[Path], digest: str) -> dict[Path, State]:
    """Compare each output of a job with its record.

    Parameters
    ----------
    job
        The stem of a figure, or the name of another rule.
    outputs
        The files that the job writes.
    digest
        The digest of the current sources of the job.

    Raises
    ------
    InputError
        If something other than a file has the name of an output.
    """
    record = _read(RECORDS / f"{job}.json")
    return {file: _state(file, record.get(file.name), digest) for file in outputs}


def _state(file: Path, entry: dict[str, Any] | None, digest: str) -> State:
    """The state of an output with this entry in the record; None if it has no entry."""
    if not file.is_file():
        if file.exists() or file.is_symlink():  # a folder, a pipe, a link to nothing
            raise InputError(f"{file}: is not a file; move it away")
        return State.MISSING
    content_hash = files.hash_of(file)
    if entry and content_hash == entry["hashes"][0] and digest == entry.get("digest"):
        return State.FRESH
    if entry and content_hash in entry["hashes"]:
        return State.STALE
    committed = _committed()
    if committed.get(file):
        return State.STALE
    return State.EDITED if entry or file in committed else State.UNKNOWN


@cache
def _committed() -> dict[Path, bool]:
    """The files in ``figures/`` of the last commit, each with whether it is unchanged."""
    folder = Path("figures")
    tracked = git.last_commit(folder)
    unchanged = git.committed(folder, tracked)
    return {folder / name: name in unchanged for name in tracked}


def _read(file: Path) -> dict[str, dict[str, Any]]:
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):  # ValueError: a crash of the machine truncated it
        return {}
