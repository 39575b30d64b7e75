"""Pre-fork server: imports heavy libraries once, then runs each script in a fork.

Importing PyTorch takes longer than drawing a figure. ``python -m figurepress.build.prefork``
takes the same arguments as ``python``: a script, or ``-m`` and a module, then arguments. It runs
them in a fork of the server of this folder or, without a server, in its own process. The server
preloads only libraries; each fork imports the project's own code itself. ``--socket <path>``
before the arguments chooses another server.

Protocol, over a Unix socket: the client sends its three standard streams (as file descriptors) and,
as JSON, its arguments, folder and environment. The fork sends one byte, its exit status, when it
ends. If the client closes the connection, its fork is killed.
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
from typing import NoReturn

from figurepress.build.lock import die_with_build
from figurepress.build.run_in_this_process import run_python

SOCKET = ".build/prefork"  # relative, because the path of a socket is limited to 104 bytes
PRELOAD = (  # libraries that the jobs of most builds import
    "importlib.metadata",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_pdf",
    "matplotlib.backends.backend_svg",
    "matplotlib.style",
    "PIL.PngImagePlugin",
    "pydantic.main",
    "pydantic.types",
    "ruamel.yaml",
    "threadpoolctl",
    # Only the pages need these.
    "fontTools.subset",
    "jinja2",
    "markdown_it",
    "pygments.lexers.python",
)


@contextmanager
def server(path: str = SOCKET, preload: tuple[str, ...] = PRELOAD) -> Iterator[None]:
    """Run a server in this context; it also ends if its caller is killed.

    On macOS, where a fork may crash in system libraries, and on a disk that does not support
    sockets, no server runs. Everything works without it, but more slowly.
    """
    try:
        listener = _listen(path)
    except OSError:
        yield
        return
    with listener:  # this process needs it only until the server has a copy
        command = [sys.executable, "-B", "-m", "figurepress.build.prefork", "--serve"]
        process = subprocess.Popen(
            [*command, str(listener.fileno()), *preload],
            stdin=subprocess.PIPE,  # closed when this process ends, so that the server ends as well
            pass_fds=[listener.fileno()],
            start_new_session=True,  # a process group of its own, which the server kills at the end
        )
    try:
        yield
    finally:
        Path(path).unlink(missing_ok=True)
        process.communicate()  # close stdin, and wait for the end of the server


def _listen(path: str) -> socket.socket:
    """Open the socket of the server; raise OSError if no server can run here."""
    if sys.platform == "darwin":
        raise OSError("no server on macOS")
    Path(path).parent.mkdir(exist_ok=True)
    Path(path).unlink(missing_ok=True)  # left by a killed build
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen(64)  # clients that may wait for the server
    return listener


def run(arguments: list[str], path: str = SOCKET) -> int:
    """Run a script or module in a fork of the server or in this process; return its exit status."""
    request = {"arguments": arguments, "folder": str(Path.cwd()), "environment": dict(os.environ)}
    with socket.socket(socket.AF_UNIX) as client:
        try:
            client.connect(path)
        except OSError:  # no server, so this process itself has to end if the build is killed
            die_with_build()
            return run_python(arguments)
        status_byte = b""
        with suppress(OSError):  # the server was killed
            # File descriptors can only be sent along with some bytes.
            socket.send_fds(client, [b" "], [0, 1, 2])
            client.sendall(json.dumps(request).encode() + b"\n")
            status_byte = client.recv(1)
        return status_byte[0] if status_byte else 1  # empty if the fork was killed


def _serve(listener: socket.socket, preload: list[str]) -> NoReturn:
    """Import libraries, then run each request in a fork, until the build ends."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel removes finished forks
    gc.set_threshold(100_000)  # collect rarely: imports and drawings leave little garbage
    for name in preload:
        with suppress(ImportError):  # the script will report it
            import_module(name)
    gc.freeze()  # the forks need not search the objects of these libraries for garbage
    while True:
        ready, _, _ = select.select([listener, sys.stdin], [], [])
        if sys.stdin in ready:  # closed, because the build has ended
            os.killpg(os.getpgrp(), signal.SIGKILL)  # this process and its forks
        client, _ = listener.accept()
        _, streams, _, _ = socket.recv_fds(client, 1, 3)  # 1 byte with 3 file descriptors
        message = client.makefile("rb").readline()
        # The message is incomplete if the client died while it was sent.
        if message.endswith(b"\n") and os.fork() == 0:
            _run_request(client, message, streams)
        client.close()  # the fork has copies of the connection and the streams
        for stream in streams:
            os.close(stream)


def _run_request(client: socket.socket, message: bytes, streams: list[int]) -> NoReturn:
    """Run the request in this fork, with the streams, folder and environment of the client."""
    request = json.loads(message)
    os.chdir(request["folder"])
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)  # else the script cannot wait for its programs
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
    # The server's sys.stdout and sys.stderr are buffered for its own streams, such as a terminal.
    sys.stdout = os.fdopen(1, "w", closefd=False)
    sys.stderr = os.fdopen(2, "w", buffering=1, errors="backslashreplace", closefd=False)
    os.environ.clear()
    os.environ.update(request["environment"])
    for name in list(sys.modules):
        if name.startswith("figurepress"):  # may have been edited since the server imported it
            del sys.modules[name]
    Thread(target=_kill_when_closed, args=(client,), daemon=True).start()
    status = run_python(request["arguments"]) & 255  # an exit status is one byte
    sys.stdout.flush()
    sys.stderr.flush()
    with suppress(OSError):
        client.send(bytes([status]))
    os._exit(status)


def _kill_when_closed(client: socket.socket) -> None:
    """Kill this fork when the client has closed the connection, because the client was killed."""
    client.recv(1)  # returns when the connection is closed: the client sends nothing more
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["--serve", descriptor, *preload]:
            _serve(socket.socket(fileno=int(descriptor)), preload)
        case ["--socket", path, *arguments]:
            sys.exit(run(arguments, path))
        case arguments:
            sys.exit(run(arguments))
