"""Create or update the environment in .venv: ``python3 src/figurepress/tools/install.py draw``.

This runs before anything is installed, so it imports only the standard library. The group
``draw`` has the packages for building; ``dev`` adds those for tests, checks and the preview,
``cluster`` those for Slurm.
Nothing happens if the environment matches the pinned lists. An interrupted installation is
continued.
"""

import fcntl
import json
import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
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
# The lines of pip and uv that show progress.
PROGRESS = re.compile(
    r" *(Downloading .*[MG]i?B\)|Installing collected packages|Prepared .*|Installed .*)"
)
# Python writes the bytecode of what it imports; writing all of PyTorch's would take 20 s.
COMPILE = """
import sys
sys.dont_write_bytecode = False
try:
    import torch
except ImportError:  # make test-platforms TORCH=no
    pass
"""
CUDA = """\
PyTorch comes from the package registry, where its Linux build holds CUDA: about 3 GB.
For the CPU build of 200 MB press Ctrl-C and either install uv, which `make` then uses,
or set PIP_EXTRA_INDEX_URL to PyTorch's index of CPU wheels. Continuing in 10 s."""


def wanted(group: str) -> dict[str, str]:
    """A fingerprint of everything that determines the environment of a group."""
    settings = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))
    package = [settings["build-system"], settings["project"], settings["tool"]["setuptools"]]
    parts = (LISTS[group].read_bytes(), TORCH.read_bytes(), json.dumps(package).encode())
    content = sha256(b"".join(parts))
    return {"lists": content.hexdigest(), "python": PYTHON_VERSION, "folder": str(Path.cwd())}


def installed() -> dict[str, dict[str, str]]:
    """The fingerprint of each installed group."""
    try:
        return json.loads(DONE.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def _other_project() -> str:
    """The folder of another project, if .venv is a link to its environment; else ""."""
    folders = {group["folder"] for group in installed().values()} - {str(Path.cwd())}
    return next((folder for folder in folders if Path(folder).exists()), "")


def install(group: str) -> None:
    """Create the environment if it is missing, then install a group into it."""
    started = time.monotonic()
    done = installed()
    DONE.unlink(missing_ok=True)  # the environment matches no list until this ends
    uv = shutil.which("uv")
    if not _works():
        print(f"creating {VENV} with Python {PYTHON_VERSION}", flush=True)
        venv = [uv, "venv", "--python", sys.executable] if uv else [sys.executable, "-m", "venv"]
        run("create the environment", [*venv, "--clear", str(VENV)])
        done = {}
    pins = [line.split(" \\")[0] for line in LISTS[group].read_text().splitlines() if "==" in line]
    needs = {"draw": "drawing", "dev": "tests and checks", "cluster": "builds on Slurm"}
    count = f"PyTorch and {len(pins)} packages"
    print(f"installing {count} for {needs[group]}; only once, a minute or two", flush=True)
    if uv:
        pip = [uv, "pip", "install", "--python", str(PYTHON)]
        torch_options = ["--torch-backend=cpu"]
        os.environ.setdefault("UV_HTTP_TIMEOUT", "20")  # of each of its four attempts
    else:
        pip = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--no-compile"]
        torch_options = []
        _warn_of_cuda(pip)
    # The lists are complete, except for what envs/excluded.txt leaves out.
    run("install packages", [*pip, "--no-deps", "--requirement", str(LISTS[group])])
    constraints = VENV / "constraints.txt"  # the pins without their hashes
    constraints.write_text("\n".join(pins) + "\n", encoding="utf-8")
    torch_options += ["--requirement", str(TORCH), "--constraint", str(constraints)]
    packages = VENV / f"lib/python{PYTHON_VERSION}/site-packages"
    # Write bytecode with all processors while PyTorch is unpacked.
    compileall = [str(PYTHON), "-m", "compileall", "-qq", "-j0", "-x", "/(torch|sympy)/"]
    with subprocess.Popen([*compileall, str(packages)]):
        run("install PyTorch", [*pip, *torch_options])
    run("compile PyTorch", [str(PYTHON), "-c", COMPILE])
    # A relative path, because Python may read the file in an encoding without é.
    (packages / "project.pth").write_text("../../../../src\n")
    groups = ("draw", "dev") if group == "dev" else (group,)
    DONE.write_text(json.dumps(done | {name: wanted(name) for name in groups}), encoding="utf-8")
    print(f"environment ready in {time.monotonic() - started:.0f} s", flush=True)


def run(purpose: str, command: list[str]) -> str:
    """Run a command, print its progress, and return its output.

    If it fails, exit with its error and what to do.
    """
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
    return output


def _advice(output: str) -> str:
    """The error in the output of pip, uv or venv, and what to do."""
    if re.search("ensurepip|No module named '?(venv|pip)", output):
        return (
            "this Python has no venv or no pip; on Debian and Ubuntu: sudo apt install python3-venv"
        )
    if re.search("connection broken|timed out|Failed to fetch|error sending request", output):
        return "the package registry does not answer; run make again when the network works"
    if "No space left" in output:
        return "the disk is full; free some space, then run make again"
    lines = [line for line in output.splitlines() if line.strip()] or ["no message"]
    errors = [line for line in lines if line.lower().startswith("error")] or lines
    return f"{errors[-1]}; run make again to continue, or delete {VENV} to start over"


def _works() -> bool:
    """Whether .venv contains this version of Python, and pip if there is no uv."""
    wanted = "import sys" if shutil.which("uv") else "import pip, sys"
    code = f"{wanted}; sys.exit('%d.%d' % sys.version_info[:2] != '{PYTHON_VERSION}')"
    try:
        return subprocess.run([PYTHON, "-c", code], capture_output=True).returncode == 0
    except OSError:
        return False


def _warn_of_cuda(pip: list[str]) -> None:
    """Warn, and explain how to avoid it, if pip would install PyTorch with CUDA.

    This is the first question to the registry. If it does not answer, pip gives up after 80 s.
    """
    if subprocess.run([PYTHON, "-c", "import torch"], capture_output=True).returncode == 0:
        return
    plan = [*pip, "--quiet", "--dry-run", "--no-deps", "--report", "-", "--requirement", str(TORCH)]
    report = run("look up PyTorch", [*plan, "--timeout=15", "--retries=4"])
    if re.search(r'^ *"nvidia-', report, re.M):  # a requirement, not a word of the description
        print(CUDA, flush=True)
        time.sleep(10)


def main(group: str) -> None:
    """Run the command line."""
    if VENV.is_symlink() and (other := _other_project()):
        sys.exit(
            f"make: {VENV} is a link to the environment of {other}, which runs the code there; "
            "delete the link and run make again"
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
    """Whether .venv works and contains what the group needs."""
    return _works() and installed().get(group) == wanted(group)


if __name__ == "__main__":
    try:
        os.chdir(Path(__file__).parents[3])
        main(sys.argv[1])
    except OSError as error:
        sys.exit(f"make: {error.filename}: {error.strerror}; correct this and run make again")
    except KeyboardInterrupt:
        sys.exit("make: stopped; run make again to continue")
