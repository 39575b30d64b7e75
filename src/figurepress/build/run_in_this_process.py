"""Run a script or a module in this process, as ``python`` does, and limit its time."""

import faulthandler
import os
import runpy
import sys
import traceback
from pathlib import Path
from threading import Timer, main_thread
from types import TracebackType
from typing import Any

# Tracebacks begin after the last frame in one of these files: in the author's script.
HIDDEN_IN_TRACEBACKS = ("<frozen runpy>", str(Path(__file__).parents[1] / "output/script_main.py"))


def run_python(arguments: list[str]) -> int:
    """Run ``python <arguments>`` in this process and return the exit status."""
    is_module = arguments[0] == "-m"
    sys.argv = arguments[1:] if is_module else arguments
    try:
        if is_module:
            runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
        else:
            run_script(Path(sys.argv[0]))
    except SystemExit as end:
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
        if isinstance(end.code, int):
            return end.code
        return 0 if end.code is None else 1
    except BaseException as error:
        traceback.print_exception(error.with_traceback(_from_script_on(error.__traceback__)))
        return 1
    return 0


def _from_script_on(trace: TracebackType | None) -> TracebackType | None:
    """The part of a traceback after its last frame in `HIDDEN_IN_TRACEBACKS`."""
    start = trace
    while trace and trace.tb_next:
        if trace.tb_frame.f_code.co_filename in HIDDEN_IN_TRACEBACKS:
            start = trace.tb_next
        trace = trace.tb_next
    return start


def run_script(script: Path, name: str = "__main__") -> dict[str, Any]:
    """Run a script with ``__name__`` set to `name`; return its variables.

    The script can import modules that are next to it, as in ``python <script>``, and those in
    the folder ``src`` of its lecture.
    """
    folder = script.absolute().parent
    # Replace the first entry, which `python -m` sets to the working directory, by the script's
    # folder, as `python <script>` does, and the lecture's `src`.
    sys.path[:1] = [str(folder), str(folder.with_name("src"))]
    return runpy.run_path(str(script), run_name=name)


def limit_time(script: Path, seconds: int, key: str, stem: str) -> None:
    """End this process with a message if it still runs after `seconds`.

    The message states the line that the script has reached, and that `key` in the prompt of the
    figure `stem` sets the limit.
    """

    def end() -> None:
        frame = sys._current_frames()[main_thread().ident or 0]
        stack = traceback.extract_stack(frame)
        lines = [call.lineno for call in stack if Path(call.filename).name == script.name]
        place = f", line {lines[-1]}" if lines else ""
        print(
            f"{script.name}{place}: took longer than {seconds} s; "
            f"to allow more, set `{key}:` in prompts/{stem}.md or config.yaml",
            file=sys.stderr,
            flush=True,
        )
        os._exit(1)

    timer = Timer(seconds, end)
    timer.daemon = True
    timer.start()
    # The timer cannot run while C code holds the GIL. faulthandler can: it ends the process 10 s
    # later, without the message.
    faulthandler.dump_traceback_later(seconds + 10, exit=True)
