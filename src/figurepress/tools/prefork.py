"""A warm Python for the length of a build: it imports libraries once, then forks.

``python warm.py scripts/x.py ...`` runs a script as ``python scripts/x.py ...`` does, with
``scripts/`` on the path: in a fork of the warm Python that serves this folder or, where none
does, by itself. Importing PyTorch takes longer than drawing. Libraries alone stay; a fork
reads all else anew.
"""

import atexit
import fcntl
import os
import re
import runpy
import select
import socket
import socketserver
import subprocess
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from types import ModuleType

SOCKET = ".snakemake/warm"  # relative: the path of a socket has 107 bytes at most
DRAWING = ["matplotlib.style", "pydantic.main", "ruamel.yaml"]
DRAWING += [f"matplotlib.backends.backend_{name}" for name in ("agg", "pdf", "svg")]


def start(*libraries: str) -> None:
    """Serve the working directory, if none does, until the caller ends, however it ends."""
    with socket.socket(socket.AF_UNIX) as client:
        if client.connect_ex(SOCKET) == 0:
            return
    file = Path(SOCKET).absolute()
    file.parent.mkdir(exist_ok=True)
    file.unlink(missing_ok=True)  # that of a killed build
    atexit.register(file.unlink, missing_ok=True)
    alive, _ = os.pipe()  # the caller alone holds the other end
    with _Server(SOCKET, _Run) as listener:
        subprocess.Popen(
            [sys.executable, __file__, "--serve", str(listener.fileno()), *libraries],
            stdin=alive,
            stdout=subprocess.DEVNULL,
            pass_fds=[listener.fileno()],
            start_new_session=True,
        )


class _Server(socketserver.ForkingMixIn, socketserver.UnixStreamServer):
    def verify_request(self, request: socket.socket, address: str) -> bool:
        return request.recv(1, socket.MSG_PEEK) != b""  # who asks nothing, asks if one serves

    def process_request(self, request: socket.socket, address: str) -> None:
        """Import what the script will import, then fork."""
        script = request.recv(1 << 16, socket.MSG_PEEK).decode().split("\0")[0]
        imports = re.findall(r"^(?:import|from) ([\w.]+)", Path(script).read_text(), re.M)
        for name in DRAWING + imports:
            with suppress(ModuleNotFoundError):  # as of `lecture`, which is not a library
                import_module(name)
        super().process_request(request, address)


class _Run(socketserver.BaseRequestHandler):
    """Runs a script in the fork, with the standard streams of the client."""

    def handle(self) -> None:
        message, streams, _, _ = socket.recv_fds(self.request, 1 << 16, 3)
        _end_with(self.request.fileno(), os.getpid())
        for number, stream in enumerate(streams):
            os.dup2(stream, number)
        self.request.send(b"\0")  # begun
        sys.argv = message.decode().split("\0")
        script, status = Path(sys.argv[0]), 0
        sys.path[:1] = [str(script.resolve().parent), f"{Path(__file__).parent}/scripts"]
        main = sys.modules["__main__"] = ModuleType("__main__")
        main.__file__ = str(script.absolute())
        try:
            exec(compile(script.read_bytes(), main.__file__, "exec"), vars(main))
        except SystemExit as end:
            if isinstance(end.code, str):
                print(end.code, file=sys.stderr)
            status = end.code if isinstance(end.code, int) else end.code is not None
        except BaseException as error:
            trace, status = error.__traceback__.tb_next, 1
            sys.excepthook(type(error), error.with_traceback(trace), trace)
        sys.stdout.flush()
        sys.stderr.flush()
        self.request.send(bytes([status & 255]))


def _end_with(other: int, process: int) -> None:
    """Let a signal end this process, or a group if negative, once its other end is closed."""
    fcntl.fcntl(other, fcntl.F_SETOWN, process)
    fcntl.fcntl(other, fcntl.F_SETFL, os.O_ASYNC)
    if select.select([other], [], [], 0)[0]:  # before
        sys.exit()


if __name__ == "__main__" and sys.argv[1] == "--serve":
    _end_with(0, -os.getpgrp())
    runpy.run_path(f"{Path(__file__).parent}/scripts/lecture/environment.py")
    for name in sys.argv[3:]:
        import_module(name)
    server = _Server(SOCKET, _Run, bind_and_activate=False)
    server.socket = socket.socket(fileno=int(sys.argv[2]))
    server.serve_forever()
elif __name__ == "__main__":
    with suppress(OSError), socket.socket(socket.AF_UNIX) as server:
        server.connect(SOCKET)
        socket.send_fds(server, ["\0".join(sys.argv[1:]).encode()], [0, 1, 2])
        if server.recv(1):  # begun
            sys.exit(ord(server.recv(1) or b"\1"))  # 1: killed, or out of time
    os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
