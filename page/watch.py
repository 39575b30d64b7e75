"""Live preview: ``make watch`` shows the gallery in a browser and builds at every save.

Seen from this machine alone. What preview.html.jinja adds to the page is added
to what is sent, not to figures/index.html: a script that reloads the page after
each build, and, while the build fails, what failed and why.
"""

import asyncio
import os
import re
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

from aiohttp import web
from jinja2 import Template
from watchfiles import Change, DefaultFilter, awatch

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


def is_new_picture(change: Change, path: str) -> bool:
    """Whether it is one that the page shows; Snakemake has deleted the old one before."""
    return change is Change.added and path.endswith(".svg")


class Preview:
    """The gallery as the last build left it."""

    def __init__(self, command: list[str]) -> None:
        self.command = command
        self.gallery = "<!doctype html><title>Live preview</title><p>Building the gallery ..."
        self.faults: dict[str, str] = {}
        self.last = time.time_ns()  # change; never that of a page from an earlier preview
        self.changed = asyncio.Condition()

    async def build(self) -> None:
        """Build, then tell the open pages; a build that is cancelled leaves no process."""
        process = await asyncio.create_subprocess_exec(
            *self.command,
            cwd=ROOT,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
        )
        output = b""
        try:
            while some := await process.stdout.read(1 << 16):
                sys.stdout.buffer.write(some)
                sys.stdout.flush()
                output += some
            failed = await process.wait() != 0
        finally:
            if process.returncode is None:
                os.killpg(process.pid, signal.SIGKILL)
                await process.wait()
        self.faults = faults(output.decode(errors="replace")) if failed else {}
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
        """The gallery; while a build makes it anew, the last there was."""
        with suppress(FileNotFoundError):
            self.gallery = (ROOT / "figures/index.html").read_text()
        text = self.gallery + ADDED.render(last=self.last, faults=self.faults)
        return web.Response(text=text, content_type="text/html")

    async def changes(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events: when the gallery last changed, then each new change."""
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        while True:
            told = self.last
            await response.write(f"data: {told}\n\n".encode())
            async with self.changed:
                await self.changed.wait_for(lambda told=told: self.last != told)


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
    for folder in SERVED:
        server.router.add_static(f"/{folder}", ROOT / folder)
    runner = web.AppRunner(server, access_log=None, handler_cancellation=True, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
        print(f"http://127.0.0.1:{runner.addresses[0][1]}/figures/ (Ctrl-C ends it)", flush=True)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(preview.show_pictures(end))
            build = tasks.create_task(preview.build())
            async for _ in awatch(*WATCHED, stop_event=end, recursive=False, watch_filter=matters):
                # A picture drawn from what the script was before the save would be
                # newer than the save, and so for Snakemake up to date: stop drawing.
                build.cancel()
                await asyncio.wait([build])
                build = tasks.create_task(preview.build())
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
