"""Live preview: ``make watch`` serves the page locally and builds when a file is saved.

Only this machine can connect. The served page has a script that reloads it after a change, and
the message of a failed build; figures/index.html itself is not modified. When the script or the
prompt of a figure is saved, the preview first draws this figure into a temporary folder, in less
than a second. It shows this drawing until the build, which takes longer, has ended.
"""

import asyncio
import logging
import os
import re
import signal
import socket
import sys
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from aiohttp import web
from jinja2 import Template
from watchfiles import Change, DefaultFilter, awatch

from figurepress.build import prefork
from figurepress.command_line import Parser, run
from figurepress.project import config, imports, sources
from figurepress.project.validated_files import InputError

SOCKET = ".build/preview"  # of the pre-fork server, which imports the libraries only once
DPI = "100"  # of the drawings in the temporary folder
TIME_LIMIT = "600"  # in seconds, for each of these drawings
# What the page in the browser has in addition: a script that reloads it, and the last error.
ADDED = Template(Path(__file__).with_name("preview.html.jinja").read_text("utf-8"), autoescape=True)
# The arguments of Python that run a build, and that run a script in the pre-fork server.
BUILD = ("-m", "figurepress.build")
FORK = ("-m", "figurepress.build.prefork", "--socket", SOCKET)
NO_STORE = {"Cache-Control": "no-store"}
# When the file of a figure in these folders is saved, the figure is drawn before the build.
DRAWN_FROM = ("scripts", "prompts")
is_source = DefaultFilter()  # ignores swap, backup and compiled files


class Preview:
    """What the browser shows: the page of the last build, newer drawings, the last error."""

    build: asyncio.Task[None]  # the build that runs, or the last one

    def __init__(self, drawings: Path) -> None:
        self.drawings = drawings  # the temporary folder
        self.last_page = "<!doctype html><title>Live preview</title><p>Building the page ..."
        self.error = ""
        # The served page reloads when this changes. It is the time, not a count, so that pages
        # from an earlier `make watch` reload, too.
        self.version = time.time_ns()

    def page(self) -> str:
        """The page of the last build. It is cached, because a build first removes the old file."""
        file = Path("figures/index.html")
        if _is_regular(file):
            self.last_page = file.read_text("utf-8", "replace")
        return self.last_page

    async def serve(self, listener: socket.socket) -> None:
        """Serve and build until the user presses Ctrl-C, or the terminal closes."""
        this_task = asyncio.current_task()
        assert this_task
        for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, this_task.cancel)
        app = web.Application()
        app.router.add_get("/{path:.*}", self.answer)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.SockSite(runner, listener).start()
        try:
            await self.watch()
        finally:
            await runner.cleanup()

    async def watch(self) -> None:
        """Build now and after every save, until cancelled."""
        self.build = asyncio.create_task(self.draw_and_build([]))
        try:
            while True:
                try:
                    await self.build_after_saves(_folders())
                except (OSError, RuntimeError) as error:  # such as too many open files
                    self.fail(error)
                    await asyncio.sleep(1)
        finally:
            await _cancel(self.build)

    async def build_after_saves(self, folders: set[Path]) -> None:
        """Build after every save in these folders, until the folders to watch have changed."""
        saves = awatch(*folders, recursive=False, watch_filter=triggers_build)
        async for changes in saves:
            await _cancel(self.build)  # the running build may have read old files
            files = [Path(path) for _, path in changes]
            stems = {file.stem for file in files if file.parent.name in DRAWN_FROM}
            self.build = asyncio.create_task(self.draw_and_build(sorted(stems)))
            if _folders() != folders:
                return

    async def draw_and_build(self, stems: Iterable[str]) -> None:
        """Draw these figures for the preview, then build everything that is out of date."""
        try:
            for stem in stems:
                await self.draw(stem)
            self.error = await _run(*BUILD, echo=True)
            for drawing in self.drawings.iterdir():  # also after a failed build
                drawing.unlink()
            self.version = time.time_ns()
        except OSError as error:  # such as too many open files
            self.fail(error)

    def fail(self, error: Exception) -> None:
        """Show an error because of which the preview may have missed a save."""
        self.error = f"{error}: correct this, then save again"
        self.version = time.time_ns()

    async def draw(self, stem: str) -> None:
        """Draw a figure into the temporary folder, if the page shows it."""
        # In the page, the addresses of the pictures are "bars.svg" and "bars-dark.svg".
        names = set(re.findall(rf'"({re.escape(stem)}(?:-dark)?\.svg)"', self.page()))
        if names:
            draw = ("-m", "figurepress.build.run_figure", f"scripts/{stem}.py", DPI, TIME_LIMIT)
            files = [str(self.drawings / name) for name in names]
            errors = await asyncio.gather(*(_run(*FORK, *draw, file) for file in files))
            self.error = max(errors)  # max() prefers a message to "", which means success
            self.version = time.time_ns()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer a request for the page, its version or a file next to it."""
        # Reject requests from the pages of other sites. Such a page sends its name as the origin
        # or, if this name resolves to this machine (DNS rebinding), as the host.
        host = request.headers.get("Host", "")
        is_this_machine = re.fullmatch(r"(127\.0\.0\.1|localhost)(:\d+)?", host)
        origin = request.headers.get("Origin", f"http://{host}")
        if not is_this_machine or origin != f"http://{host}":
            raise web.HTTPForbidden
        if request.path == "/version":
            return web.Response(text=str(self.version), headers=NO_STORE)
        if request.path == "/figures/":
            text = self.page() + ADDED.render(version=self.version, error=self.error)
            return web.Response(text=text, content_type="text/html", headers=NO_STORE)
        if request.path in ("/", "/figures", "/figures/index.html"):
            raise web.HTTPFound("/figures/")
        name = re.fullmatch(r"/figures/([a-z][\w-]*\.[a-z]+)", request.path)
        if name:
            for folder in (self.drawings, Path("figures")):  # a newer drawing comes first
                file = folder / name[1]
                if _is_regular(file):
                    return web.FileResponse(file, headers=NO_STORE)
        raise web.HTTPNotFound


def _is_regular(file: Path) -> bool:
    """Whether this is a file and not a link, which could lead out of the folder."""
    return file.is_file() and not file.is_symlink()


async def _cancel(task: asyncio.Task[None]) -> None:
    """Cancel a task, and wait until it has ended."""
    task.cancel()
    await asyncio.wait([task])


async def _run(*arguments: str, echo: bool = False) -> str:
    """Run Python; return the last 20 kB of its output if it fails, and "" if it succeeds.

    If the caller is cancelled, Python and the processes that it has started are killed.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *arguments,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,  # so that killpg below kills all its processes
    )
    assert process.stdout
    output = b""
    try:
        while chunk := await process.stdout.read(1 << 16):
            output = (output + chunk)[-20_000:]
            if echo:
                print(chunk.decode(errors="replace"), end="", flush=True)
        return output.decode(errors="replace") if await process.wait() else ""
    finally:
        if process.returncode is None:
            os.killpg(process.pid, signal.SIGKILL)
            await process.wait()


def triggers_build(change: Change, path: str) -> bool:
    """Whether this change of a file may affect a build."""
    # The top folder of a lecture also contains files that no figure needs, such as README.md.
    in_top_folder = Path(path).parent == Path.cwd()
    return is_source(change, path) and (not in_top_folder or Path(path) in _sources())


def _sources() -> set[Path]:
    """config.yaml, and the sources, tests and experiments of all figures, with links resolved."""
    files = [Path("config.yaml")]
    with suppress(InputError):  # reported by the build
        for stem in config.read().figures:
            files += [*sources.of_figure(stem), *sources.handwritten(stem)]
    return {file.resolve() for file in files}


def _folders() -> set[Path]:
    """The existing folders to watch: scripts, prompts, and those of all sources.

    Files cannot be watched themselves, because some editors replace a file when they save it.
    """
    imports.forget()  # a save may have added or removed an import
    folders = {Path("scripts").resolve(), Path("prompts").resolve()}
    folders |= {file.parent for file in _sources()}
    return {folder for folder in folders if folder.is_dir()}


def main(arguments: Sequence[str]) -> int:
    """Serve the preview until the user presses Ctrl-C."""
    parser = Parser(prog="make watch", description=__doc__)
    parser.add_argument("port", nargs="?", default="")
    port = parser.parse_args(arguments).port
    try:
        listener = socket.create_server(("127.0.0.1", int(port or 0)))  # 0: any free port
    except (OSError, ValueError, OverflowError):
        raise InputError(
            f"PORT: {port!r}: not a free port; write another number up to 65535, or omit PORT"
        ) from None
    preload = (*prefork.PRELOAD, *imports.libraries(Path("scripts").glob("*.py")))
    with listener, TemporaryDirectory() as drawings, prefork.server(SOCKET, preload):
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        print(f"{address} (press Ctrl-C to stop)", flush=True)
        # Otherwise, aiohttp prints a traceback for each malformed request.
        logging.getLogger("aiohttp").setLevel(logging.CRITICAL)
        with suppress(asyncio.CancelledError):
            asyncio.run(Preview(Path(drawings)).serve(listener))
    return 0


if __name__ == "__main__":
    run(main)
