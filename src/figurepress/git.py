"""Questions to git about the files in a folder."""

import subprocess
from collections.abc import Iterable
from pathlib import Path


def committed(folder: Path, names: Iterable[str]) -> set[str]:
    """The names of the files that are unchanged since the last commit, so git can restore them.

    This compares contents, because git's index trusts modification times and flags. The set is
    empty if there is no git, no repository or no commit.
    """
    in_commit = last_commit(folder)
    files = [name for name in names if name in in_commit and (folder / name).is_file()]
    hashes = _git(folder, "hash-object", "--", *files).splitlines()
    return {name for name, hash in zip(files, hashes, strict=False) if in_commit[name] == hash}


def last_commit(folder: Path) -> dict[str, str]:
    """The hashes of the files below a folder in the last commit, by name."""
    entries = _git(folder, "ls-tree", "-r", "-z", "HEAD").split("\0")[:-1]
    parts = [entry.partition("\t") for entry in entries]
    return {name: mode_type_hash.split()[2] for mode_type_hash, _, name in parts}


def ignored(folder: Path, names: Iterable[str]) -> list[str]:
    """The names of the files that git ignores and that are in no commit."""
    return _git(folder, "check-ignore", "--", *names).splitlines()


def _git(folder: Path, *arguments: str) -> str:
    """The output of a git command; empty if it fails."""
    try:
        return subprocess.run(
            ["git", "-C", folder, *arguments],
            capture_output=True,
            encoding="utf-8",
            errors="surrogateescape",  # any file name
        ).stdout
    except OSError:  # no git
        return ""
