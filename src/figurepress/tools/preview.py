"""Live preview: ``make watch`` shows the gallery in a browser and builds at every save.

Seen from this machine alone. What preview.html.jinja adds to the page is added
to what is sent, not to figures/index.html: a script that reloads the page after
each build, and, while the build fails, what failed and why. A figure whose script
or prompt is saved is seen before the build, which takes longer: drawn aside, for
the page alone, so that figures/ holds what Snakemake knows of.
"""

import asyncio
import os
import re
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from aiohttp import web
from jinja2 import Template
from watchfiles import Change, DefaultFilter, awatch

from figurepress.tools import prefork as warm

ROOT = Path(__file__).resolve().parents[1]
SERVED = ("figures", "scripts", "prompts", "tests")  # where the gallery's links lead
# Folders, not files: an editor that saves by renaming puts a new file in the place.
WATCHED = [ROOT, *(ROOT / it for it in ("scripts", "scripts/lecture", "prompts", "page"))]
ADDED = Template(Path(__file__).with_name("preview.html.jinja").read_text(), autoescape=True)
not_an_editors = DefaultFilter()  # lets no swap, backup or compiled file through


def matters(change: Change, path: str) -> bool:
    """Whether figures, or their page, may come out otherwise for this change."""
    file = Path(path)
    return not_an_editors(change, path) and (
        file.parent != ROOT or file.name in ("config.yaml", "Snakefile")
    )


def figures_of(changes: set[tuple[Change, str]]) -> set[str]:
    """The stems of the scripts and prompts among what changed."""
    files = [Path(path) for _, path in changes]
    return {file.stem for file in files if file.parent in (ROOT / "scripts", ROOT / "prompts")}


def is_new_picture(change: Change, path: str) -> bool:
    """Whether it is one that the page shows; Snakemake has deleted the old one before."""
    return change is Change.added and path.endswith(".svg")


class Preview:
    """The gallery as the last build left it."""

    def __init__(self, command: list[str]) -> None:
        self.command = command
        self.last_gallery = "<!doctype html><title>Live preview</title><p>Building the gallery ..."
        self.drawn: dict[str, bytes] = {}  # before the build has
        self.faults: dict[str, str] = {}
        self.last = time.time_ns()  # change; never that of a page from an earlier preview
        self.changed = asyncio.Condition()

    def gallery(self) -> str:
        """The gallery; while a build makes it anew, the last there was."""
        with suppress(FileNotFoundError):
            self.last_gallery = (ROOT / "figures/index.html").read_text()
        return self.last_gallery

    async def follow(self, saved: set[str]) -> None:
        """Draw the figures whose script or prompt was saved, then build all there is to build."""
        for stem in sorted(saved):
            await self.draw(stem)
        output, status = await run(self.command, sys.stdout.buffer)
        self.drawn = {}
        self.faults = faults(output) if status else {}
        await self.tell()

    async def draw(self, stem: str) -> None:
        """Let the page show a figure of its own as it is now, or why it cannot be drawn."""
        names = set(re.findall(rf'"({stem}(?:-dark)?\.svg)"', self.gallery()))
        if not names:
            return
        with TemporaryDirectory() as folder:
            files = [Path(folder, name) for name in names]
            script = [sys.executable, "-IS", "warm.py", f"scripts/{stem}.py"]
            drawings = await asyncio.gather(*(run([*script, str(file)]) for file in files))
            self.drawn |= {file.name: file.read_bytes() for file in files if file.exists()}
        failed = {f"{stem} failed": output for output, status in drawings if status}
        others = {what: why for what, why in self.faults.items() if what != f"{stem} failed"}
        self.faults = failed | others
        await self.tell()

    async def tell(self) -> None:
        """Let the open pages show what there is now."""
        async with self.changed:
            self.last = time.time_ns()
            self.changed.notify_all()

    async def show_pictures(self, end: asyncio.Event) -> None:
        """Tell of each picture when it is drawn: lists and overview take as long again."""
        async for _ in awatch(ROOT / "figures", stop_event=end, watch_filter=is_new_picture):
            await self.tell()

    async def page(self, request: web.Request) -> web.Response:
        """The gallery, with what the preview adds to it."""
        text = self.gallery() + ADDED.render(last=self.last, faults=self.faults)
        return web.Response(text=text, content_type="text/html")

    async def picture(self, request: web.Request) -> web.StreamResponse:
        """A picture as it is now drawn or, where that is not known, as it was built."""
        name = request.match_info["name"]
        if name in self.drawn:
            return web.Response(body=self.drawn[name], content_type="image/svg+xml")
        return web.FileResponse(ROOT / "figures" / name)

    async def changes(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events: when the gallery last changed, then each new change."""
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        while True:
            told = self.last
            await response.write(f"data: {told}\n\n".encode())
            async with self.changed:
                await self.changed.wait_for(lambda told=told: self.last != told)


async def run(command: list[str], echo: BinaryIO | None = None) -> tuple[str, int]:
    """What a command said, and its exit status; cancelled, it leaves no process."""
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,
    )
    output = b""
    try:
        while some := await process.stdout.read(1 << 16):
            if echo:
                echo.write(some)
                echo.flush()
            output += some
        return output.decode(errors="replace"), await process.wait()
    finally:
        if process.returncode is None:
            os.killpg(process.pid, signal.SIGKILL)
            await process.wait()


def faults(output: str) -> dict[str, str]:
    """What failed and what it said: the jobs with their logs or, where none ran, all output."""
    failed = re.findall(r"> logs/(\S+)\.log 2>&1' returned non-zero", output)
    if not failed:
        return {"The build did not begin": output}
    logs = {name: ROOT / f"logs/{name}.log" for name in failed}
    return {f"{name} failed": log.read_text(errors="replace") for name, log in logs.items()}


async def label(request: web.Request, response: web.StreamResponse) -> None:
    """Let the browser ask for a picture each time, and show a script rather than save it."""
    response.headers["Cache-Control"] = "no-cache"
    if request.path.endswith((".py", ".md")):
        response.headers["Content-Type"] = "text/plain; charset=utf-8"


async def watch(port: int, command: list[str]) -> None:
    """Serve the gallery on this port, 0 for a free one, and build at every save.

    Raises:
        OSError: where the port cannot be had.
    """
    end = asyncio.Event()
    for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(ending, end.set)
    preview = Preview(command)
    server = web.Application()
    server.on_response_prepare.append(label)
    server.router.add_get("/changes", preview.changes)
    server.router.add_get("/figures/{page:(index.html)?}", preview.page)
    server.router.add_get(r"/figures/{name:[\w-]+\.svg}", preview.picture)
    for folder in SERVED:
        server.router.add_static(f"/{folder}", ROOT / folder)
    warm.start("torch", *warm.DRAWING)
    runner = web.AppRunner(server, access_log=None, handler_cancellation=True, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
        print(f"http://127.0.0.1:{runner.addresses[0][1]}/figures/ (Ctrl-C ends it)", flush=True)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(preview.show_pictures(end))
            build = tasks.create_task(preview.follow(set()))
            async for changes in awatch(
                *WATCHED, stop_event=end, recursive=False, watch_filter=matters
            ):
                # A picture drawn from what the script was before the save would be
                # newer than the save, and so for Snakemake up to date: stop drawing.
                build.cancel()
                await asyncio.wait([build])
                build = tasks.create_task(preview.follow(figures_of(changes)))
            build.cancel()
    finally:
        await runner.cleanup()


if __name__ == "__main__":
    _, port, *command = sys.argv
    if port and not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        sys.exit(f"PORT: {port!r}: not a port; write a number from 1 to 65535, or nothing")
    try:
        asyncio.run(watch(int(port or 0), command))
    except OSError as error:
        why = os.strerror(error.errno)
        sys.exit(f"PORT: {port}: {why}; name another, or none to get a free one")
