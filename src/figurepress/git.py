"""Ask git about files: which are committed, which are ignored."""

import subprocess
from collections.abc import Iterable
from pathlib import Path


def unchanged_since_commit(folder: Path) -> dict[str, bool]:
    """Whether each file in a folder of the last commit is unchanged, so that git can restore it.

    This compares contents, because ``git status`` trusts modification times and flags such as
    ``assume-unchanged``. The names are relative to the folder. The result is empty if there is no
    git, no repository or no commit.
    """
    committed_hashes = {}
    for entry in _git(folder, "ls-tree", "-r", "-z", "HEAD").split("\0")[:-1]:  # ends with \0
        mode_type_hash, name = entry.split("\t", maxsplit=1)  # such as "100644 blob 3b18e5\tx.svg"
        committed_hashes[name] = mode_type_hash.split()[2]
    existing = [name for name in committed_hashes if (folder / name).is_file()]
    hashes = _git(folder, "hash-object", "--", *existing).splitlines()
    current_hashes = dict(zip(existing, hashes, strict=False))  # no hashes if git fails
    return {name: current_hashes.get(name) == hash for name, hash in committed_hashes.items()}


def ignored(folder: Path, names: Iterable[str]) -> list[str]:
    """The names of the files in a folder that git ignores and does not track."""
    output = _git(folder, "check-ignore", "-z", "--stdin", input="\0".join(names))
    return output.split("\0")[:-1]  # ends with \0


def _git(folder: Path, *arguments: str, input: str = "") -> str:
    """The output of a git command; empty if there is no git or the command fails."""
    try:
        return subprocess.run(
            ["git", "-C", folder, *arguments],
            input=input,
            capture_output=True,
            encoding="utf-8",
            errors="surrogateescape",  # file names need not be UTF-8
        ).stdout
    except OSError:  # no git
        return ""
