"""Files written whole or not at all, so that no crash and no full disk leaves half of one."""

import errno
import os
from pathlib import Path


def write(contents: dict[Path, bytes]) -> None:
    """Write all files or none: beside their places first, then renamed into them.

    Raises:
        OSError: where a file cannot be written; nothing is left behind.
    """
    parts = {file: file.with_name(f".{file.name}.part") for file in contents}
    try:
        for file, content in contents.items():
            if file.is_dir():  # seen by no renaming before its own
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
            parts[file].write_bytes(content)
        for file, part in parts.items():
            part.replace(file)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(file)) from error
    finally:
        for part in parts.values():
            if part.exists():  # on a read-only disk, unlink fails even where there is nothing
                part.unlink()
