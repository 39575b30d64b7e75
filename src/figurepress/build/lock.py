"""The lock of a build, and jobs that end with the build that holds it."""

import fcntl
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread

LOCK = Path(".build/lock")
HAS_LOCK = "FIGUREPRESS_HAS_LOCK"  # environment variable of a build's jobs on this machine


@contextmanager
def lock() -> Iterator[None]:
    """Hold the lock of this folder; the kernel releases it when the process ends.

    Raises
    ------
    InputError
        If another build holds the lock.
    """
    from figurepress.project.validated_files import (
        InputError,  # slow, and each job imports this module
    )

    LOCK.parent.mkdir(exist_ok=True)
    with LOCK.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InputError(
                "another build is running in this folder; wait until it ends"
            ) from None
        except OSError:  # a disk that does not support locks
            pass
        yield


def end_with_build() -> None:
    """Kill this process when its build is killed, if the build runs on this machine."""
    if os.environ.get(HAS_LOCK):
        Thread(target=_kill_when_free, args=(LOCK.absolute(),), daemon=True).start()


def _kill_when_free(lock: Path) -> None:
    with suppress(OSError), lock.open() as file:  # on a disk that does not support locks
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                time.sleep(0.2)
            else:
                os.kill(os.getpid(), signal.SIGKILL)
