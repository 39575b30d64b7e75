"""Ask git about files: which are committed, which are ignored."""

import subprocess
from collections.abc import Iterable, Iterator
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


def gitignore_lines(folder: Path, names: Iterable[str]) -> dict[Path, list[str]]:
    """The lines to add to each .gitignore so that git does not ignore these files of a folder.

    For example, if a .gitignore contains ``*``, these are ``!/figures/`` and ``!/figures/*.svg``.
    The first is needed because the files in an ignored folder stay ignored.
    """
    folder = folder.resolve()
    top = Path(_git(folder, "rev-parse", "--show-toplevel").removesuffix("\n"))
    if not top.is_absolute():  # no repository
        return {}
    folders = [place for place in (*reversed(folder.parents), folder) if top in place.parents]
    # The pattern for each folder and file. All pictures of a format share one, such as *.svg.
    patterns = {str(place): f"{place}/" for place in folders}
    for name in names:
        suffix = Path(name).suffix
        pattern = f"*{suffix}" if suffix in (".svg", ".png", ".pdf") else name
        patterns[f"{folder}/{name}"] = f"{folder}/{pattern}"
    lines: dict[Path, list[str]] = {}
    for ignore_file, path in _ignored(folder, patterns):
        # The top .gitignore overrides a rule of the global ignore file or .git/info/exclude.
        is_gitignore = ignore_file.name == ".gitignore"
        gitignore = top / ignore_file if is_gitignore else top / ".gitignore"
        line = "!" + patterns[path].removeprefix(str(gitignore.parent))
        if line not in lines.setdefault(gitignore, []):
            lines[gitignore].append(line)
    return lines


def _ignored(folder: Path, paths: Iterable[str]) -> Iterator[tuple[Path, str]]:
    """Each path that git ignores, as a pair: the ignore file with the pattern, and the path."""
    names = "".join(f"{path}\0" for path in paths)
    answer = _git(folder, "check-ignore", "--verbose", "-z", "--stdin", input=names)
    fields = answer.split("\0")[:-1]  # ends with \0
    # Four fields for each path: ignore file, line number, pattern, path.
    for ignore_file, pattern, path in zip(fields[::4], fields[2::4], fields[3::4], strict=True):
        if not pattern.startswith("!"):  # with "!", git does not ignore it
            yield Path(ignore_file), path


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
