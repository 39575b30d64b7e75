"""Processor time, for tests of how it grows with the input."""

import time
from collections.abc import Callable


def cpu_seconds(work: Callable[[], object]) -> float:
    """The processor time of a call: the minimum of three, because other work slows some down."""

    def seconds() -> float:
        start = time.process_time()
        work()
        return time.process_time() - start

    return min(seconds() for _ in range(3))
