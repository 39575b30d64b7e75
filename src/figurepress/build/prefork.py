"""Pre-fork server: imports heavy libraries once, then runs each script in a fork.

Importing PyTorch takes longer than drawing a figure. ``python -m figurepress.build.prefork``
takes the same arguments as ``python``: a script, or ``-m`` and a module, then arguments. It runs
them in a fork of the server of this folder or, without a server, in its own process. The server
preloads only libraries; each fork imports the project's own code itself. ``--socket <path>``
before the arguments chooses another server.

Protocol, over a Unix socket: the client sends its standard streams and, as JSON, its arguments,
folder and environment. The fork sends one byte when it starts, and one with its exit status
when it ends. If the client closes the connection, its fork is killed.
"""

import gc
import json
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import Any, NoReturn

from figurepress.build.lock import end_with_build
from figurepress.build.run_in_this_process import run_python

SOCKET = ".build/prefork"  # relative, because the path of a socket is limited to 104 bytes
PRELOAD = (
    *("matplotlib.style", "pydantic.main", "pydantic.types"),
    *("ruamel.yaml", "threadpoolctl", "PIL.PngImagePlugin", "importlib.metadata"),
    *(f"matplotlib.backends.backend_{name}" for name in ("agg", "pdf", "svg")),
    *("jinja2", "markdown_it", "fontTools.subset", "pygments.lexers.python"),  # for the pages
)


@contextmanager
def server(path: str = SOCKET, preload: tuple[str, ...] = PRELOAD) -> Iterator[None]:
    """Run a server in this context; it also ends if its caller is killed.

    Everything also works without a server, but more slowly. There is no server on macOS, where
    a fork may crash in system libraries, and on a disk that does not support sockets.
    """
    try:
        listener = _listen(path)
    except OSError:
        yield
        return
    with listener:
        command = [sys.executable, "-B", "-m", "figurepress.build.prefork", "--serve"]
        process = subprocess.Popen(
            [*command, str(listener.fileno()), *preload],
            stdin=subprocess.PIPE,  # closed when this process ends
            pass_fds=[listener.fileno()],
            start_new_session=True,
        )
    try:
        yield
    finally:
        Path(path).unlink(missing_ok=True)
        process.communicate()


def _listen(path: str) -> socket.socket:
    """Open the socket of the server; raise OSError if this system has no such sockets."""
    if sys.platform == "darwin":
        raise OSError("no server here")
    Path(path).parent.mkdir(exist_ok=True)
    Path(path).unlink(missing_ok=True)  # left by a killed build
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen(64)
    return listener


def run(arguments: list[str], path: str = SOCKET) -> int:
    """Run a script or module in a fork of the server or in this process; return its exit status."""
    request = {"arguments": arguments, "folder": str(Path.cwd()), "environment": dict(os.environ)}
    has_started = b""
    with socket.socket(socket.AF_UNIX) as client:
        with suppress(OSError):  # no server
            client.connect(path)
            socket.send_fds(client, [b" "], [0, 1, 2])
            client.sendall(json.dumps(request).encode() + b"\n")
            has_started = client.recv(1)
        if has_started:  # from here on, an error must not run the script a second time
            return ord(client.recv(1) or b"\1")  # no status: the fork was killed
    end_with_build()
    return run_python(arguments)


def _serve(listener: socket.socket, preload: list[str]) -> None:
    """Import libraries, then run each request in a fork, until the build ends."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # let the kernel reap finished forks
    gc.set_threshold(100_000)  # imports and drawings leave little garbage to look for
    for name in preload:
        with suppress(ImportError):  # the script will report it
            import_module(name)
    gc.freeze()  # forks do not collect what they share with the server
    while True:
        ready, _, _ = select.select([listener, sys.stdin], [], [])
        if sys.stdin in ready:  # closed: the build has ended
            os.killpg(os.getpgrp(), signal.SIGKILL)
        client, _ = listener.accept()
        _, streams, _, _ = socket.recv_fds(client, 1, 3)
        message = client.makefile("rb").readline()
        is_complete = message.endswith(b"\n")  # otherwise the client died while sending
        if is_complete and os.fork() == 0:
            _answer(client, json.loads(message), streams)
        client.close()
        for stream in streams:
            os.close(stream)


def _answer(client: socket.socket, request: dict[str, Any], streams: list[int]) -> NoReturn:
    """Run the request in this fork, with the streams, folder and environment of the client."""
    os.chdir(request["folder"])
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
    # Not the server's objects, which know whether its own streams are files or terminals.
    sys.stdout = os.fdopen(1, "w", closefd=False)
    sys.stderr = os.fdopen(2, "w", buffering=1, errors="backslashreplace", closefd=False)
    os.environ.clear()
    os.environ.update(request["environment"])
    for name in [name for name in sys.modules if name.startswith("figurepress")]:
        del sys.modules[name]
    client.send(b"\0")
    Thread(target=_kill_when_closed, args=(client,), daemon=True).start()
    status = run_python(request["arguments"])
    sys.stdout.flush()
    sys.stderr.flush()
    with suppress(OSError):
        client.send(bytes([status & 255]))
    os._exit(status & 255)


def _kill_when_closed(client: socket.socket) -> None:
    client.recv(1)
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__" and sys.argv[1] == "--serve":
    _serve(socket.socket(fileno=int(sys.argv[2])), sys.argv[3:])
elif __name__ == "__main__" and sys.argv[1] == "--socket":
    sys.exit(run(sys.argv[3:], sys.argv[2]))
elif __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
