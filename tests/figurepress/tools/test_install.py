"""What `make` installs, when, and how it explains a failure."""

import importlib.util
import os
import re
import shutil
import site
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from figurepress.tools import install

SETTINGS = """
build-system.requires = ["setuptools"]
project.name = "figurepress"
tool.setuptools.packages = []
tool.figure-gate.TYPE_FLOOR_PT = 8
"""


@pytest.fixture
def environment(tmp_path, monkeypatch) -> Path:
    """A project with a record that all groups are installed, and the Python of the tests."""
    monkeypatch.chdir(tmp_path)
    Path("envs").mkdir()
    for file in (*install.LISTS.values(), install.TORCH):
        file.write_text(file.name)
    Path("pyproject.toml").write_text(SETTINGS)
    packages(install.PYTHON_VERSION).mkdir(parents=True)
    record = {group: install.wanted(group) for group in install.LISTS}
    install.DONE.write_text(install.json.dumps(record))
    monkeypatch.setattr(install, "PYTHON", Path(sys.executable))
    return tmp_path


def packages(version: str) -> Path:
    """The folder of the packages of an environment."""
    return install.VENV / f"lib/python{version}/site-packages"


def script(file: Path, text: str) -> Path:
    """Write a shell script to run in place of Python."""
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(0o755)
    return file


def change_setting(old: str, new: str) -> None:
    """Write pyproject.toml with one setting changed."""
    Path("pyproject.toml").write_text(SETTINGS.replace(old, new, 1))


def installs(monkeypatch, group: str = "draw") -> bool:
    """Whether `make` would install a group."""
    calls: list[str] = []
    monkeypatch.setattr(install, "install", calls.append)
    install.main(group)
    return calls == [group]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param(lambda: None, False, id="nothing"),
        pytest.param(lambda: Path("envs/draw.txt").write_text("new"), True, id="list"),
        pytest.param(lambda: Path("envs/torch.txt").write_text("new"), True, id="PyTorch"),
        pytest.param(lambda: change_setting("setuptools", "setuptools>80"), True, id="package"),
        pytest.param(lambda: change_setting("PT = 8", "PT = 9"), False, id="limit"),
        pytest.param(lambda: install.DONE.unlink(), True, id="interrupted installation"),
    ],
)
def test_only_changed_lists_are_installed(environment, monkeypatch, change, expected):
    change()
    assert installs(monkeypatch) == expected


def test_failed_installation_is_continued(environment, monkeypatch):
    monkeypatch.setattr(install, "run", lambda *_: sys.exit(1))
    with pytest.raises(SystemExit):
        install.install("draw")
    assert installs(monkeypatch)


def test_moved_project_is_reinstalled(environment, monkeypatch):
    moved = environment.rename(environment.with_name("moved"))
    monkeypatch.chdir(moved)
    assert installs(monkeypatch)


def test_environment_of_another_project_is_rejected(environment, monkeypatch):
    clone = environment / "clone"
    clone.mkdir()
    monkeypatch.chdir(clone)
    install.VENV.symlink_to("../.venv")
    advice = f"make: .venv is a link to the environment of {environment}, .*; delete the link"
    with pytest.raises(SystemExit, match=advice):
        installs(monkeypatch)


def test_environment_on_another_disk_is_used(environment, monkeypatch):
    install.VENV.rename("disk")
    install.VENV.symlink_to("disk")
    assert not installs(monkeypatch)


def test_second_installation_waits_for_the_first(environment, monkeypatch):
    record = install.DONE.read_text()
    install.DONE.unlink()
    monkeypatch.setattr(install.fcntl, "flock", lambda *_: install.DONE.write_text(record))
    assert not installs(monkeypatch)


@pytest.mark.parametrize(
    ("output", "advice"),
    [
        ("ensurepip is not available", "this Python has no venv or no pip; on Debian"),
        ("/bin/python: No module named pip", "this Python has no venv or no pip; on Debian"),
        ("Retrying after connection broken by x", "the package registry does not answer; run"),
        ("ReadTimeoutError: Read timed out.", "the package registry does not answer; run make"),
        ("error: Failed to fetch: `x`", "the package registry does not answer; run make again"),
        ("ERROR: [Errno 28] No space left on device", "the disk is full; free some space"),
        ("WARNING: a\nERROR: no match", "ERROR: no match; run make again to continue, or delete"),
        ("", "no message; run make again to continue, or delete .venv"),
    ],
)
def test_error_message_suggests_a_fix(environment, output, advice):
    code = f"print({output!r}); raise SystemExit(1)"
    with pytest.raises(SystemExit) as error:
        install.run("install packages", [sys.executable, "-c", code])
    assert str(error.value).startswith(f"make: could not install packages: {advice}")


@pytest.fixture
def silent_registry(monkeypatch) -> Iterator[None]:
    """A registry that accepts connections but never answers, as the only one for pip and uv."""
    for variable in [name for name in os.environ if re.match("PIP_|UV_", name)]:
        monkeypatch.delenv(variable)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}/simple"
        monkeypatch.setenv("PIP_INDEX_URL", url)
        monkeypatch.setenv("UV_DEFAULT_INDEX", url)
        yield


PIP = [sys.executable, "-m", "pip", "install"]
needs_pip = pytest.mark.skipif(
    not importlib.util.find_spec("pip"), reason="an environment that uv created has no pip"
)


@needs_pip
def test_pip_stops_at_a_silent_registry(silent_registry):
    command = [*PIP, "--timeout=1", "--retries=1", "some-package"]
    with pytest.raises(SystemExit, match="the package registry does not answer; run make again"):
        install.run("install packages", command)


@pytest.mark.skipif(not shutil.which("uv"), reason="uv is not installed")
def test_uv_stops_at_a_silent_registry(silent_registry, monkeypatch):
    monkeypatch.setenv("UV_HTTP_TIMEOUT", "1")
    command = ["uv", "pip", "install", "--python", sys.executable, "some-package"]
    with pytest.raises(SystemExit, match="the package registry does not answer; run make again"):
        install.run("install packages", command)


@pytest.mark.slow
@needs_pip
def test_make_waits_80_seconds_for_a_silent_registry(environment, silent_registry, monkeypatch):
    monkeypatch.setenv("PIP_DEFAULT_TIMEOUT", "180")
    monkeypatch.setattr(install, "PYTHON", script(environment / "python", "exit 1"))
    install.TORCH.write_text("some-package")
    started = time.monotonic()
    with pytest.raises(SystemExit, match="could not look up PyTorch: the package registry does"):
        install._warn_of_cuda(PIP)
    assert 60 < time.monotonic() - started < 120


def commands_of_installation(monkeypatch, python: Path) -> list[list[str]]:
    """The commands that install the packages for drawing."""
    commands: list[list[str]] = []
    monkeypatch.setattr(install, "run", lambda purpose, command: commands.append(command))
    monkeypatch.setattr(install, "_warn_of_cuda", lambda pip: None)
    monkeypatch.setattr(install, "PYTHON", python)
    install.install("draw")
    return commands


def creates(monkeypatch, python: Path) -> bool:
    """Whether `make` would create the environment again."""
    return "--clear" in commands_of_installation(monkeypatch, python)[0]


def test_working_environment_is_continued(environment, monkeypatch):
    assert not creates(monkeypatch, Path(sys.executable))


@pytest.mark.parametrize("text", ["exit 1", "no-such-program"])
def test_broken_environment_is_created_again(environment, monkeypatch, text):
    assert creates(monkeypatch, script(environment / "python", text))


def test_environment_of_another_python_is_created_again(environment, monkeypatch):
    monkeypatch.setattr(install, "PYTHON_VERSION", "3.10")
    packages("3.10").mkdir(parents=True)
    assert creates(monkeypatch, Path(sys.executable))


def test_python_of_the_environment_finds_the_code(environment, monkeypatch):
    creates(monkeypatch, Path(sys.executable))
    Path("src").mkdir()
    monkeypatch.setattr(sys, "path", [])
    site.addsitedir(packages(install.PYTHON_VERSION))
    assert str(environment / "src") in sys.path


def test_bytecode_of_imported_modules_is_written(tmp_path):
    (tmp_path / "torch.py").touch()
    subprocess.run([sys.executable, "-B", "-c", install.COMPILE_TORCH], cwd=tmp_path, check=True)
    assert list(tmp_path.glob("__pycache__/torch.*.pyc"))


def test_uv_installs_the_build_of_pytorch_without_cuda(environment, monkeypatch):
    monkeypatch.setattr(install.shutil, "which", lambda program: f"/bin/{program}")
    commands = commands_of_installation(monkeypatch, Path(sys.executable))
    (command,) = [command for command in commands if str(install.TORCH) in command]
    assert command[0] == "/bin/uv"
    assert "--torch-backend=cpu" in command


@pytest.mark.parametrize(("requirement", "warns"), [("nvidia-cudnn-cu13", True), ("sympy", False)])
def test_cuda_is_announced(environment, monkeypatch, capsys, requirement, warns):
    description = 'PyTorch runs on a GPU of "nvidia"'
    report = {"requires_dist": [requirement], "description": description}
    (environment / "report").write_text(install.json.dumps(report, indent=2))
    monkeypatch.setattr(install, "PYTHON", script(environment / "python", "exit 1"))
    monkeypatch.setattr(install.time, "sleep", lambda seconds: None)
    install._warn_of_cuda([str(script(environment / "pip", "cat report"))])
    assert ("about 3 GB" in capsys.readouterr().out) == warns


def test_installation_shows_progress(environment, capsys):
    output = "Collecting a\n  Downloading a.whl (8.6 MB)\nInstalling collected packages: a, b"
    install.run("install packages", [sys.executable, "-c", f"print({output!r})"])
    shown = ["install packages", "Downloading a.whl (8.6 MB)", "Installing collected packages"]
    assert [line.strip() for line in capsys.readouterr().out.splitlines()] == shown
