"""Processes that are forks of one Python, which has imported what they need."""

import atexit
import json
import os
import signal
import subprocess
import sys
from functools import cache
from pathlib import Path
from tempfile import NamedTemporaryFile


@cache
def _forking_python() -> subprocess.Popen:
    """The Python whose forks run what imports much, for as long as its input is open."""
    python = subprocess.Popen(
        [sys.executable, Path(__file__).with_name("forking_python.py")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    atexit.register(python.communicate)
    return python


class Fork:
    """``python -m <program>`` or ``python <script>.py`` in a project: a Popen, sooner begun."""

    returncode: int | None = None

    def __init__(
        self, project: Path, program: str, *arguments: str | Path, path: list[Path]
    ) -> None:
        self.args = [program, *map(str, arguments)]
        self._said = [NamedTemporaryFile("r") for _ in range(2)]  # noqa: SIM115 (read at the end)
        self.pid = self._ask(
            folder=str(project),
            arguments=self.args,
            path=[str(folder) for folder in path],
            environment=dict(os.environ),
            said=[file.name for file in self._said],
        )

    def poll(self, options: int = os.WNOHANG) -> int | None:
        """The exit status, if it has ended."""
        if self.returncode is None:
            self.returncode = self._ask(wait_for=self.pid, options=options)
        return self.returncode

    def wait(self) -> int:
        return self.poll(0)

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def completed(self) -> subprocess.CompletedProcess:
        """What it said, once it has ended."""
        status = self.wait()
        return subprocess.CompletedProcess(self.args, status, *(it.read() for it in self._said))

    @staticmethod
    def _ask(**asked: object) -> int | None:
        python = _forking_python()
        print(json.dumps(asked), file=python.stdin, flush=True)
        return json.loads(python.stdout.readline())
