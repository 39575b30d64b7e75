"""What `make` installs, when, and how it explains a failure."""

import importlib.util
import os
import site
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from figurepress.tools import install


@pytest.fixture
def environment(tmp_path, monkeypatch) -> Path:
    """A project with a record that all groups are installed, and the Python of the tests."""
    monkeypatch.chdir(tmp_path)
    Path("envs").mkdir()
    for file in (*install.LISTS.values(), install.TORCH):
        file.write_text(file.name)
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
        pytest.param(lambda: install.DONE.unlink(), True, id="interrupted installation"),
        pytest.param(lambda: os.chdir(Path.cwd().rename("../moved")), True, id="folder"),
    ],
)
def test_only_what_changed_is_installed_again(environment, monkeypatch, change, expected):
    change()
    assert installs(monkeypatch) == expected


def test_failed_installation_is_continued(environment, monkeypatch):
    monkeypatch.setattr(install, "run", lambda *_: sys.exit(1))
    with pytest.raises(SystemExit):
        install.install("draw")
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
    # The first installation ends while the second one waits for the lock.
    monkeypatch.setattr(install.fcntl, "flock", lambda *_: install.DONE.write_text(record))
    assert not installs(monkeypatch)


@pytest.mark.parametrize(
    ("output", "advice"),
    [
        ("ensurepip is not available", "this Python has no venv or no pip; on Debian"),
        ("/bin/python: No module named pip", "this Python has no venv or no pip; on Debian"),
        ("Retrying after connection broken by x", "the package registry does not answer; run"),
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


@pytest.mark.skipif(not importlib.util.find_spec("pip"), reason="uv installed no pip")
def test_pip_stops_at_a_registry_that_never_answers(monkeypatch):
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "")
    pip = [sys.executable, "-m", "pip", "install", "--timeout=1", "--retries=1"]
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}/simple"
        with pytest.raises(SystemExit, match="the package registry does not answer; run make"):
            install.run("install packages", [*pip, "--index-url", url, "some-package"])


def commands_of_installation(monkeypatch, python: Path) -> list[list[str]]:
    """Install the packages for drawing; return the commands instead of running them."""
    commands: list[list[str]] = []
    monkeypatch.setattr(install, "run", lambda purpose, command: commands.append(command))
    monkeypatch.setattr(install, "_warn_of_cuda", lambda: None)
    monkeypatch.setattr(install, "PYTHON", python)
    install.install("draw")
    return commands


def creates(monkeypatch, python: Path) -> bool:
    """Whether `make` would create the environment again."""
    first_command = commands_of_installation(monkeypatch, python)[0]
    return "--clear" in first_command


def test_only_a_broken_environment_is_created_again(environment, monkeypatch):
    assert not creates(monkeypatch, Path(sys.executable))
    assert creates(monkeypatch, script(environment / "python", "exit 1"))


def test_environment_of_another_python_is_created_again(environment, monkeypatch):
    monkeypatch.setattr(install, "PYTHON_VERSION", "3.10")
    packages("3.10").mkdir(parents=True)
    assert creates(monkeypatch, Path(sys.executable))


def test_python_of_the_environment_finds_the_code(environment, monkeypatch):
    commands_of_installation(monkeypatch, Path(sys.executable))
    Path("src").mkdir()
    monkeypatch.setattr(sys, "path", [])
    site.addsitedir(packages(install.PYTHON_VERSION))
    assert str(environment / "src") in sys.path


def test_bytecode_of_imported_modules_is_written(tmp_path):
    (tmp_path / "torch.py").touch()
    command = [sys.executable, "-E", "-c", install.COMPILE_TORCH]
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    subprocess.run(command, env=environment, cwd=tmp_path, check=True)
    assert list(tmp_path.glob("__pycache__/torch.*.pyc"))


def test_uv_installs_the_build_of_pytorch_without_cuda(environment, monkeypatch):
    monkeypatch.setattr(install.shutil, "which", lambda program: f"/bin/{program}")
    commands = commands_of_installation(monkeypatch, Path(sys.executable))
    (command,) = [command for command in commands if str(install.TORCH) in command]
    assert command[0] == "/bin/uv"
    assert "--torch-backend=cpu" in command


@pytest.mark.parametrize(
    ("setting", "is_announced"),
    [
        ("global.cert='x'", True),
        ("global.find-links='/wheels'", False),
        ("install.index-url='http://127.0.0.1/'", False),
        (":env:.extra-index-url='http://127.0.0.1/'", False),
    ],
)
def test_cuda_is_announced_unless_pip_has_another_source(
    environment, monkeypatch, capsys, setting, is_announced
):
    # `python -m pip config list` prints the setting; `python -c "import torch"` fails.
    python = script(environment / "python", f'[ "$1" = -m ] && echo "{setting}"')
    monkeypatch.setattr(install, "PYTHON", python)
    monkeypatch.setattr(install.sys, "platform", "linux")
    monkeypatch.setattr(install.time, "sleep", lambda seconds: None)
    install._warn_of_cuda()
    assert ("about 3 GB" in capsys.readouterr().out) == is_announced


def test_installation_shows_progress(environment, capsys):
    output = "Collecting a\n  Downloading a.whl (8.6 MB)\nInstalling collected packages: a, b"
    install.run("install packages", [sys.executable, "-c", f"print({output!r})"])
    shown = ["install packages", "Downloading a.whl (8.6 MB)", "Installing collected packages"]
    assert [line.strip() for line in capsys.readouterr().out.splitlines()] == shown
