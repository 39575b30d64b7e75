"""Run a script or a module in this process, as ``python`` does, and limit its time."""

import faulthandler
import os
import runpy
import sys
import traceback
from pathlib import Path
from threading import Timer, main_thread
from typing import Any

HIDDEN_IN_TRACEBACKS = ("<frozen runpy>", str(Path(__file__).parents[1] / "output/script_main.py"))


def run_python(arguments: list[str]) -> int:
    """Run ``python <arguments>`` in this process and return the exit status."""
    module = arguments[0] == "-m"
    sys.argv = arguments[1:] if module else arguments
    try:
        if module:
            runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
        else:
            run_script(Path(sys.argv[0]))
    except SystemExit as end:
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException as error:
        trace = own = error.__traceback__
        while trace and (trace := trace.tb_next):
            if trace.tb_frame.f_code.co_filename in HIDDEN_IN_TRACEBACKS and trace.tb_next:
                own = trace.tb_next
        traceback.print_exception(error.with_traceback(own))
        return 1
    return 0


def run_script(script: Path, name: str = "__main__") -> dict[str, Any]:
    """Run a script with ``__name__`` set to `name`; return its variables.

    The script can import modules that are next to it, as in ``python <script>``, and those in
    the folder ``src`` of its lecture.
    """
    folder = script.absolute().parent
    sys.path[:1] = [str(folder), str(folder.with_name("src"))]
    return runpy.run_path(str(script), run_name=name)


def limit_time(script: Path, seconds: int, key: str, stem: str) -> None:
    """End this process after so many seconds; the message states which key to change, and where."""

    def end() -> None:
        stack = traceback.extract_stack(sys._current_frames()[main_thread().ident or 0])
        lines = [frame.lineno for frame in stack if Path(frame.filename).name == script.name]
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
    # For C code that holds the GIL, so that the timer's thread cannot run.
    faulthandler.dump_traceback_later(seconds + 10, exit=True)
