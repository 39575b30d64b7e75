"""Ask git about files: which are committed, which are ignored."""

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


def lines_to_add(folder: Path, names: Iterable[str]) -> dict[Path, list[str]]:
    """The lines to add to each .gitignore so that git does not ignore these files of a folder.

    Files in an ignored folder stay ignored, so the folder needs a line too.
    """
    folder = folder.resolve()
    top = Path(_git(folder, "rev-parse", "--show-toplevel").removesuffix("\n"))
    if not top.is_absolute():  # no repository
        return {}
    parents = [place for place in (*reversed(folder.parents), folder) if top in place.parents]
    patterns = {str(place): f"{place}/" for place in parents}
    for name in names:
        suffix = Path(name).suffix
        is_picture = suffix in (".svg", ".png", ".pdf")  # one line for all of a format
        patterns[f"{folder}/{name}"] = f"{folder}/*{suffix}" if is_picture else f"{folder}/{name}"
    paths = "".join(f"{path}\0" for path in patterns)
    answer = _git(folder, "check-ignore", "--verbose", "-z", "--stdin", input=paths).split("\0")
    lines: dict[Path, list[str]] = {}
    # The answer repeats: source, line number, pattern, path.
    for source, rule, path in zip(answer[::4], answer[2::4], answer[3::4], strict=False):
        if rule.startswith("!"):  # not ignored
            continue
        in_repository = Path(source).name == ".gitignore"  # else the user's global ignore file
        gitignore = top / source if in_repository else top / ".gitignore"
        line = "!" + patterns[path].removeprefix(str(gitignore.parent))
        if line not in lines.setdefault(gitignore, []):
            lines[gitignore].append(line)
    return lines


def _git(folder: Path, *arguments: str, input: str = "") -> str:
    """The output of a git command; empty if it fails."""
    try:
        return subprocess.run(
            ["git", "-C", folder, *arguments],
            input=input,
            capture_output=True,
            encoding="utf-8",
            errors="surrogateescape",  # any file name
        ).stdout
    except OSError:  # no git
        return ""
