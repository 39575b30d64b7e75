"""Write files whole or not at all: no crash and no full disk leaves half a file."""

import errno
import os
import secrets
from collections.abc import Mapping
from pathlib import Path


def write(contents: Mapping[Path, bytes]) -> None:
    """Write all files or none: first under temporary names next to them, then renamed.

    Raises
    ------
    OSError
        If a file cannot be written; its ``filename`` is that file. Nothing is left behind.
    """
    token = secrets.token_hex(8)  # nobody can put a link there beforehand
    parts = {file: file.with_name(f".{file.name}.{token}.part") for file in contents}
    try:
        for file, content in contents.items():
            if file.is_dir():  # renaming would fail only after others succeeded
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
