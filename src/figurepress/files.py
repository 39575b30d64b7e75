"""Hash files, and write them through temporary files, so that none is ever half written."""

import errno
import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path


def write(contents: Mapping[Path, bytes]) -> None:
    """Write temporary files next to all files, then rename them in the order of `contents`.

    On a full disk or in a read-only folder, the temporary files fail, so no file changes. Missing
    folders are created.

    Raises
    ------
    OSError
        If a file cannot be written; ``filename`` is its path. No temporary file or new folder
        remains.
    """
    folders = {folder for file in contents for folder in file.parents if not folder.exists()}
    token = secrets.token_hex(8)  # unpredictable, so nobody can put a link there beforehand
    parts = {file: file.with_name(f".{file.name}.{token}.part") for file in contents}
    try:
        for file, content in contents.items():
            file.parent.mkdir(parents=True, exist_ok=True)
            if file.is_dir():  # check now: renaming would fail after other files were replaced
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
            with parts[file].open("xb") as opened:  # "x": a new file, never a link's target
                opened.write(content)
        for file, part in parts.items():
            part.replace(file)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(file)) from error
    finally:
        for part in parts.values():
            if part.exists():  # on a read-only disk, unlink fails even for missing files
                part.unlink()
        for folder in sorted(folders, reverse=True):
            with suppress(OSError):  # not empty if all files were written
                folder.rmdir()


def remove_parts(folder: Path) -> None:
    """Remove the temporary files that `write` left in a folder because its process was killed."""
    for file in folder.glob(f".*.{'[0-9a-f]' * 16}.part"):
        file.unlink(missing_ok=True)


def hash_of(file: Path) -> str:
    """A hash of the content of a file."""
    now = file.stat()
    return _hash(file, now.st_ino, now.st_ctime_ns, now.st_size)


@cache  # cached, because all figures share the files of the machinery
def _hash(file: Path, *state: int) -> str:
    """A hash of the content of a file; `state` changes when the file is written."""
    return sha256(file.read_bytes()).hexdigest()
