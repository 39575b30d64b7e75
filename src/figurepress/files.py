"""Hash files, and write files completely or not at all."""

import errno
import os
import secrets
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path


def write(contents: Mapping[Path, bytes]) -> None:
    """Write files; create missing folders. If the disk is full or read-only, no file changes.

    All contents are written to temporary files before these are renamed, in the order of
    `contents`. If a renaming fails, the files that were renamed before it stay changed.

    Raises
    ------
    OSError
        If a file cannot be written; ``filename`` is its path. No temporary file remains.
    """
    token = secrets.token_hex(8)  # unpredictable, so nobody can put a link there beforehand
    temporary_files = {file: file.with_name(f".{file.name}.{token}.part") for file in contents}
    try:
        for file, content in contents.items():
            file.parent.mkdir(parents=True, exist_ok=True)
            if file.is_dir():  # check now: renaming would fail after other files were replaced
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
            with temporary_files[file].open("xb") as opened:  # "x": never an existing file or link
                opened.write(content)
        for file, temporary_file in temporary_files.items():
            temporary_file.replace(file)
    except OSError as error:
        # `file` is the file of the step that failed.
        raise OSError(error.errno, error.strerror, str(file)) from error
    finally:
        for temporary_file in temporary_files.values():
            if temporary_file.exists():  # on a read-only disk, unlink fails even for missing files
                temporary_file.unlink()


def remove_temporary_files(folder: Path) -> None:
    """Remove files such as ``.x.svg.0123456789abcdef.part``, left by a `write` that was killed."""
    for file in folder.glob(f".*.{'[0-9a-f]' * 16}.part"):
        file.unlink(missing_ok=True)


def hash_of(file: Path) -> str:
    """A hash of the content of a file."""
    status = file.stat()
    return _hash(file, status.st_ino, status.st_ctime_ns, status.st_size)


@cache  # cached, because all figures share the files of the machinery
def _hash(file: Path, *status: int) -> str:
    """A hash of the content of a file. The cache needs `status`, which changes with the file."""
    return sha256(file.read_bytes()).hexdigest()
