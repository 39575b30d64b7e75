"""Create or update the environment in .venv: ``python3 src/figurepress/tools/install.py draw``.

This runs before anything is installed, so it imports only the standard library. The group
``draw`` has the packages for building; ``dev`` adds those for tests, checks and the preview,
``cluster`` those for Slurm. Nothing happens if the environment matches the pinned lists. An
interrupted installation is continued.
"""

import fcntl
import json
import os
import re
import shutil
import subprocess
import sys
import time
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

PYTHON_VERSION = ".".join(map(str, sys.version_info[:2]))
VENV = Path(".venv")
PYTHON = VENV / "bin/python"
DONE = VENV / "installed.json"
LOCK = Path(".build/install")
TORCH = Path("envs/torch.txt")
LISTS = {group: Path(f"envs/{group}.txt") for group in ("draw", "dev", "cluster")}
# The lines of pip and uv that show progress, such as "Downloading torch.whl (200 MB)".
PROGRESS = re.compile(
    r" *(Downloading .*[MG]i?B\)|Installing collected packages|Prepared .*|Installed .*)"
)
# Importing PyTorch writes the bytecode of the modules that figures need; that of all its modules
# would take 20 s. make test-platforms TORCH=no leaves PyTorch out.
COMPILE_TORCH = """
from contextlib import suppress
with suppress(ImportError):
    import torch
"""
CUDA_WARNING = """\
In the package registry, PyTorch for Linux contains CUDA: about 3 GB.
For the CPU build of 200 MB press Ctrl-C and either install uv, which `make` then uses,
or set PIP_EXTRA_INDEX_URL to PyTorch's index of CPU wheels. Continuing in 10 s."""


def wanted(group: str) -> dict[str, str]:
    """What an installed group must match: hash of the lists, Python version, folder."""
    lists = sha256(LISTS[group].read_bytes() + TORCH.read_bytes()).hexdigest()
    # The programs in .venv/bin contain the path of the folder, so .venv cannot be moved.
    return {"lists": lists, "python": PYTHON_VERSION, "folder": str(Path.cwd())}


def installed() -> dict[str, dict[str, str]]:
    """What `wanted` returned when each group was installed; empty if the last try failed."""
    try:
        return json.loads(DONE.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def install(group: str) -> None:
    """Create the environment if it is missing, then install a group into it."""
    started = time.monotonic()
    record = installed()
    DONE.unlink(missing_ok=True)  # until the installation ends, no group counts as installed
    uv = shutil.which("uv")
    if not _works():
        print(f"creating {VENV} with Python {PYTHON_VERSION}", flush=True)
        venv = [uv, "venv", "--python", sys.executable] if uv else [sys.executable, "-m", "venv"]
        run("create the environment", [*venv, "--clear", str(VENV)])
        record = {}
    # Each pin is a line such as "numpy==2.3.1 \". The lines after it have its hashes.
    lines = LISTS[group].read_text().splitlines()
    pins = [line.removesuffix(" \\") for line in lines if "==" in line]
    purpose = {"draw": "drawing", "dev": "tests and checks", "cluster": "builds on Slurm"}[group]
    packages = f"PyTorch and {len(pins)} packages"
    print(f"installing {packages} for {purpose}; only once, a minute or two", flush=True)
    if uv:
        pip = [uv, "pip", "install", "--python", str(PYTHON)]
        torch_options = ["--torch-backend=cpu"]
        os.environ.setdefault("UV_HTTP_TIMEOUT", "20")  # in seconds, for each of four attempts
    else:
        pip = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--no-compile"]
        torch_options = []
        _warn_of_cuda()
    # The lists contain all dependencies but those in envs/excluded.txt; --no-deps keeps these out.
    run("install packages", [*pip, "--no-deps", "--requirement", str(LISTS[group])])
    # The constraints have no hashes; otherwise, pip would demand one for PyTorch, too.
    constraints = VENV / "constraints.txt"
    constraints.write_text("\n".join(pins) + "\n", encoding="utf-8")
    torch_options += ["--requirement", str(TORCH), "--constraint", str(constraints)]
    site_packages = VENV / f"lib/python{PYTHON_VERSION}/site-packages"
    # While PyTorch is unpacked, write the bytecode of the other packages with all processors. SymPy
    # is left out: PyTorch requires it, but no figure imports it.
    compileall = [str(PYTHON), "-m", "compileall", "-qq", "-j0", "-x", "/(torch|sympy)/"]
    with subprocess.Popen([*compileall, str(site_packages)]):
        run("install PyTorch", [*pip, *torch_options])
    # With -E, it also writes bytecode if the user has set PYTHONDONTWRITEBYTECODE.
    run("compile PyTorch", [str(PYTHON), "-E", "-c", COMPILE_TORCH])
    # This file adds src/ to Python's path. The path is relative, because Python may read the file
    # in an encoding that lacks a letter of the absolute path, such as é.
    (site_packages / "project.pth").write_text("../../../../src\n")
    record[group] = wanted(group)
    if group == "dev":  # contains all packages for drawing
        record["draw"] = wanted("draw")
    DONE.write_text(json.dumps(record), encoding="utf-8")
    print(f"environment ready in {time.monotonic() - started:.0f} s", flush=True)


def run(purpose: str, command: list[str]) -> None:
    """Run a command and print its progress; if it fails, exit with its error and what to do."""
    print(f"  {purpose}", flush=True)
    output = ""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert process.stdout
    for line in process.stdout:
        output += line
        if step := PROGRESS.match(line):
            print(f"    {step[1]}", flush=True)
    if process.wait():
        sys.exit(f"make: could not {purpose}: {_advice(output)}")


def _advice(output: str) -> str:
    """What went wrong according to the output of pip, uv or venv, and what to do."""
    if re.search("ensurepip|No module named '?(venv|pip)", output):
        return (
            "this Python has no venv or no pip; on Debian and Ubuntu: sudo apt install python3-venv"
        )
    if re.search("connection broken|timed out|Failed to fetch|error sending request", output):
        return "the package registry does not answer; run make again when the network works"
    if "No space left" in output:
        return "the disk is full; free some space, then run make again"
    lines = output.strip().splitlines() or ["no message"]
    errors = [line for line in lines if line.lower().startswith("error")] or lines
    return f"{errors[-1]}; run make again to continue, or delete {VENV} to start over"


def _works() -> bool:
    """Whether .venv contains this version of Python, and pip if there is no uv."""
    modules = "sys" if shutil.which("uv") else "sys, pip"
    code = f"import {modules}; print('%d.%d' % sys.version_info[:2])"
    try:
        done = subprocess.run([PYTHON, "-c", code], capture_output=True, text=True)
    except OSError:  # no .venv
        return False
    return done.stdout.strip() == PYTHON_VERSION


def _warn_of_cuda() -> None:
    """If pip may install PyTorch with CUDA, print how to avoid it, and wait 10 s."""
    if sys.platform == "linux" and not _has_torch() and not _has_other_source():
        print(CUDA_WARNING, flush=True)
        time.sleep(10)


def _has_torch() -> bool:
    return subprocess.run([PYTHON, "-c", "import torch"], capture_output=True).returncode == 0


def _has_other_source() -> bool:
    """Whether an index or a folder of wheels is set for pip, by a file or in the environment."""
    pip = [str(PYTHON), "-m", "pip", "config", "list"]
    settings = subprocess.run(pip, capture_output=True, text=True).stdout
    return bool(re.search(r"\.(index-url|extra-index-url|find-links)=", settings))


def main(group: str) -> None:
    """Install a group, unless .venv contains it already."""
    folders = {record["folder"] for record in installed().values()}
    other_folders = folders - {str(Path.cwd())}
    if VENV.is_symlink() and other_folders:
        sys.exit(
            f"make: {VENV} is a link to the environment of {other_folders.pop()}, which runs the "
            "code there; delete the link and run make again"
        )
    if _is_ready(group):
        return
    LOCK.parent.mkdir(exist_ok=True)
    with LOCK.open("w") as file:
        with suppress(OSError):  # a disk that does not support locks
            fcntl.flock(file, fcntl.LOCK_EX)  # a second `make` waits
        if not _is_ready(group):
            install(group)


def _is_ready(group: str) -> bool:
    """Whether .venv works and contains a group in the pinned versions."""
    return _works() and installed().get(group) == wanted(group)


if __name__ == "__main__":
    try:
        os.chdir(Path(__file__).parents[3])  # the folder of pyproject.toml
        main(sys.argv[1])
    except OSError as error:
        sys.exit(f"make: {error.filename}: {error.strerror}; correct this and run make again")
    except KeyboardInterrupt:
        sys.exit("make: stopped; run make again to continue")
