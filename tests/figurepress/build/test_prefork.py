"""The pre-fork server: a script behaves as in its own Python process."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from figurepress.build import prefork
from figurepress.build.lock import IS_LOCAL_JOB

BUILD = """
from pathlib import Path
from figurepress.build import prefork
Path("script.py").write_text("import os, time; print(os.getpid(), flush=True); time.sleep(60)")
with prefork.server(preload=()):
    prefork.run(["script.py"])
"""


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """The working directory, with a server that has imported nothing in advance."""
    monkeypatch.chdir(tmp_path)
    with prefork.server(preload=()):
        yield tmp_path


def start(script: str, *arguments: str, **options) -> subprocess.Popen:
    """Start a script as a build does: in a fork of the server, if there is one."""
    Path("script.py").write_text(script)
    return subprocess.Popen(
        [sys.executable, "-m", "figurepress.build.prefork", "script.py", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


def run(script: str, *arguments: str, **options) -> tuple[int, str, str]:
    """Exit status, stdout and stderr of a script."""
    process = start(script, *arguments, **options)
    output, errors = process.communicate()
    return process.returncode, output, errors


def output_of(script: str, *arguments: str, **options) -> str:
    """What a script writes to stdout."""
    _, output, _ = run(script, *arguments, **options)
    return output


def server_in(folder: Path) -> psutil.Process:
    """The server that was started in this folder; other tests may have started others."""
    (server,) = [child for child in psutil.Process().children() if Path(child.cwd()) == folder]
    return server


def assert_ends(process: psutil.Process) -> None:
    """Wait for at most ten seconds until a process has ended."""
    for _ in range(500):
        if not process.is_running() or process.status() == psutil.STATUS_ZOMBIE:
            return
        time.sleep(0.02)
    pytest.fail(f"process {process.pid} still runs")


def test_script_runs_in_a_fork_of_the_server(folder):
    server = server_in(folder)
    assert run("import os; print(os.getppid())") == (0, f"{server.pid}\n", "")


def test_script_gets_the_environment_of_the_caller(folder):
    (folder / "inside").mkdir()
    (folder / "inside/script.py").write_text("")
    script = "import os, sys; print(sys.argv, os.environ['WORD'], os.getcwd())"
    environment = os.environ | {"WORD": "spring"}
    assert output_of(script, "a b", env=environment) == f"['script.py', 'a b'] spring {folder}\n"


def test_edited_module_is_imported_again(folder):
    for modification_time, word in [(1, "first"), (2, "second")]:
        (folder / "neighbour.py").write_text(f"WORD = {word!r}")
        os.utime(folder / "neighbour.py", (modification_time, modification_time))
        assert output_of("import neighbour; print(neighbour.WORD)") == f"{word}\n"


def test_modules_of_the_server_are_imported_again(folder):
    script = "import sys; print([name for name in sys.modules if name.startswith('figurepress')])"
    assert output_of(script) == "[]\n"


@pytest.mark.parametrize(
    ("script", "status", "error"),
    [
        ("", 0, ""),
        ("raise SystemExit(3)", 3, ""),
        ("import sys; sys.exit('a reason')", 1, "a reason\n"),
        ("import os; os.kill(os.getpid(), 9)", 1, ""),
    ],
)
def test_exit_status_and_message_are_passed_on(folder, script, status, error):
    assert run(script) == (status, "", error)


def test_traceback_shows_the_script_only(folder):
    status, _, errors = run("def f():\n    1 / 0\nf()")
    assert status == 1
    assert errors.count("File ") == 2
    assert errors.endswith("ZeroDivisionError: division by zero\n")


def test_script_ends_with_its_caller(folder):
    process = start("import os, time; print(os.getpid(), flush=True); time.sleep(60)")
    script = psutil.Process(int(process.stdout.readline()))
    process.kill()
    process.communicate()
    assert_ends(script)


def test_server_and_scripts_end_with_a_killed_build(tmp_path):
    build = subprocess.Popen(
        [sys.executable, "-c", BUILD], cwd=tmp_path, stdout=subprocess.PIPE, text=True
    )
    script = psutil.Process(int(build.stdout.readline()))
    server = script.parent()
    build.send_signal(signal.SIGKILL)
    build.communicate()
    assert_ends(script)
    assert_ends(server)


def test_script_without_a_server_ends_with_a_killed_build(tmp_path, monkeypatch):
    """This is the state after a kill while the server was still importing."""
    monkeypatch.chdir(tmp_path)
    lock = "from figurepress.build.lock import lock\nwith lock(): print(flush=True); input()"
    build = subprocess.Popen(
        [sys.executable, "-c", lock], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    build.stdout.readline()
    environment = os.environ | {IS_LOCAL_JOB: "1"}
    script = start("import time; print(flush=True); time.sleep(60)", env=environment)
    script.stdout.readline()
    assert script.poll() is None
    build.kill()
    assert_ends(psutil.Process(script.pid))
    assert script.wait() == -signal.SIGKILL
    build.communicate()


def test_folder_without_sockets_has_no_server(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    too_long = "x" * 200  # for the path of a socket
    with prefork.server(too_long, preload=()):
        assert run("print('done')") == (0, "done\n", "")
