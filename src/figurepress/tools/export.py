"""Copy the figures beside a lecture's notes, then check its pages: ``make export TO=<folder>``.

A file there is replaced only where it is what the last export wrote, known by
the hashes kept in figures/.exported.json, and not newer than ours. What else
stands under a figure's name is left alone and named. Nothing is deleted.
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from os.path import expanduser
from pathlib import Path
from typing import Annotated

from figurepress.project import config
from figurepress.files import write
from figurepress.project.validation import InputError, read_text

from figurepress.tools.check_page import PROJECT, RECORD, faults, run
from pydantic import Field, TypeAdapter, ValidationError

PAGES = (".md", ".markdown", ".qmd")
NOT_THE_AUTHORS = ("node_modules", "vendor", "venv", "site-packages", "_site", "_book", "_build")
HASHES = TypeAdapter(dict[str, Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]])


@dataclass(frozen=True)
class Exported:
    """What became of the figures' files."""

    copied: list[Path]
    unchanged: list[Path]
    left: dict[Path, str]  # left alone, and why


@contextmanager
def _faults_named() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise InputError(
            f"{error.filename}: {error.strerror}; mend it and export again, nothing is lost"
        ) from None


@_faults_named()
def export(project: Path, to: Path) -> Exported:
    """Copy what changed of the figures of ``project`` into the folder ``figures`` in ``to``.

    Raises:
        InputError: where there is nothing to copy, or no place for it.
    """
    settings = config.read(project)
    ours = project / "figures"
    names = [stem + suffix for stem in settings.figures for suffix in settings.suffixes]
    if missing := [name for name in names if not (ours / name).is_file()]:
        raise InputError("\n".join(f"figures/{name}: missing; run `make`" for name in missing))
    return _copy(names, ours, to, last_export(project, to))


@_faults_named()
def last_export(project: Path, to: Path) -> dict[str, str]:
    """The hashes of the files that exports wrote in ``to``, by name.

    Raises:
        InputError: where figures cannot be copied there, or the hashes not be read.
    """
    theirs = to / "figures"
    for folder in (to, theirs):
        if os.path.lexists(folder) and not folder.is_dir():
            raise InputError(f"{folder}: not a folder; name the one with the lecture's notes")
    if not to.exists():
        raise InputError(f"{to}: no such folder; name the one with the lecture's notes")
    if theirs.resolve() == (project / "figures").resolve():
        raise InputError(f"{to}: the figures come from here; name the lecture's folder")
    if not os.access(folder := theirs if theirs.exists() else to, os.W_OK | os.X_OK):
        raise InputError(f"{folder}: cannot be written; give yourself the right, or name another")
    try:
        return HASHES.validate_json((to / RECORD).read_bytes())
    except FileNotFoundError:
        return {}
    except ValidationError:
        raise InputError(
            f"{to / RECORD}: not as the last export wrote it; restore it, or delete it: "
            "then what differs from ours is left alone"
        ) from None


def _copy(names: list[str], ours: Path, to: Path, last: dict[str, str]) -> Exported:
    theirs, record = to / "figures", to / RECORD
    done = Exported([], [], {})
    contents, hashes = {}, dict(last)
    for name in names:
        there = theirs / name
        content = (ours / name).read_bytes()
        hash = sha256(content).hexdigest()
        hash_there = sha256(there.read_bytes()).hexdigest() if there.exists() else None
        if hash_there == hash:
            done.unchanged.append(there)
        elif why := _why_leave(there, hash_there, last.get(name), ours / name):
            done.left[there] = why
            continue
        else:
            done.copied.append(there)
            contents[there] = content
        hashes[name] = hash
    if hashes != last:
        contents[record] = (json.dumps(hashes, indent=2) + "\n").encode()
    if contents:
        _write(theirs, contents)
    return done


def _why_leave(there: Path, hash: str | None, last: str | None, ours: Path) -> str:
    """Why a file there is not ours to replace; empty where it is, or where there is none."""
    if there.is_symlink():
        return "a link"
    if hash is None:
        return ""
    reasons = []
    if hash != last:
        reasons.append("changed since the last export" if last else "not from here")
    if there.stat().st_mtime > ours.stat().st_mtime:
        reasons.append("newer than ours")
    return " and ".join(reasons)


def _write(folder: Path, contents: dict[Path, bytes]) -> None:
    """Write all files or none, making the folder if there is none."""
    new = not folder.exists()
    folder.mkdir(exist_ok=True)
    try:
        write(contents)
    except OSError:
        if new:
            folder.rmdir()
        raise


def read_pages(to: Path, project: Path) -> tuple[dict[Path, str], list[str]]:
    """The author's Markdown pages below a folder as texts, and what could not be read."""
    texts, unread = {}, []

    def skip(error: OSError) -> None:
        unread.append(f"{error.filename}: {error.strerror}; its pages are not checked")

    for folder, folders, files in os.walk(to, onerror=skip):
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith(".")
            and name not in NOT_THE_AUTHORS
            and Path(folder, name).resolve() != project
        )
        for name in sorted(files):
            page = Path(folder, name)
            if page.suffix.lower() in PAGES and not name.startswith(".") and page.is_file():
                try:
                    texts[page] = read_text(page, "save it in UTF-8")
                except InputError as error:
                    unread.append(str(error))
    return texts, unread


def main(argument: str, option: str = "") -> int:
    """Export to the folder named on the command line, and report on the pages there.

    With --dry-run it only looks whether the folder can be exported to. The exit
    status is 1 where a file was left alone: that figure is not up to date there.

    Raises:
        InputError: where nothing could be exported.
    """
    if not argument:
        raise InputError("TO: '': say where: make export TO=<lecture directory>")
    to = Path(expanduser(argument))  # noqa: PTH111 - Path's raises where there is no such user
    if option == "--dry-run":
        last_export(PROJECT, to)
        return 0
    exported = export(PROJECT, to)
    for file in exported.copied:
        print(f"{file}: copied")
    for file, why in exported.left.items():
        print(f"{file}: left alone, {why}; delete or move it, then export again")
    print(
        f"{len(exported.copied)} files copied, {len(exported.unchanged)} unchanged, "
        f"{len(exported.left)} left alone"
    )
    texts, unread = read_pages(to, PROJECT)
    for fault in unread + faults(texts, to, PROJECT):
        print(fault)
    return 1 if exported.left else 0


if __name__ == "__main__":
    run(main)
