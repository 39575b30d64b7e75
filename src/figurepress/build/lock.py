"""Allow one build at a time, by a lock, and end the jobs of a build that is killed."""

import fcntl
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread

LOCK = Path(".build/lock")
# An environment variable, set if a job runs on the machine of its build, where it sees the lock.
IS_LOCAL_JOB = "FIGUREPRESS_IS_LOCAL_JOB"


@contextmanager
def lock() -> Iterator[None]:
    """Hold the lock of the lecture; the kernel releases it when the process ends.

    Raises
    ------
    InputError
        If another build holds the lock.
    """
    # Imported here: it loads pydantic, which is slow, and each job imports this module.
    from figurepress.project.validated_files import InputError

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


def die_with_build() -> None:
    """Kill this process, a job, as soon as its build has been killed.

    A killed build releases its lock. A job on another machine of a cluster cannot see this.
    """
    if os.environ.get(IS_LOCAL_JOB):
        Thread(target=_kill_when_released, args=(LOCK.absolute(),), daemon=True).start()


def _kill_when_released(lock_file: Path) -> None:
    """Kill this process when nothing holds the lock; return if the disk does not support locks."""
    with suppress(OSError), lock_file.open() as file:
        while True:
            try:
                # A shared lock, so that jobs do not block each other.
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:  # the build still runs
                time.sleep(0.2)
            else:
                os.kill(os.getpid(), signal.SIGKILL)
