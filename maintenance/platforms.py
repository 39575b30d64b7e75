"""Try the project on other platforms: ``make test-platforms`` and ``make test-bare``.

A platform is a command that starts Python, such as ``python3.13``, or a release of Debian, such as
``trixie`` or ``trixie:arm64``. For a release, debootstrap makes a system that has only what the
README requires, and an unprivileged user builds there. This needs root and, for another processor,
qemu-user-static. On each platform, a fresh clone of the last commit runs ``make`` and ``make test``
under umask 077, in a folder with spaces. Each platform becomes a row of the table, and a log in
results/platforms.

The variables of pip are passed on. ``PLACES`` lists files and folders that pip needs, such as
folders of wheels. ``TESTS`` replaces ``make test``. With ``TORCH=no``, PyTorch is not installed:
files of figures that need it are missing, and test modules that need it are errors.
"""

import os
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO

ROOT = Path(__file__).parents[1]
PLACE = Path(os.environ.get("PLATFORMS", ROOT / ".build/platforms")).absolute()
LOGS = ROOT / "results/platforms"
PACKAGES = "ca-certificates,git,make,python3,python3-venv"
FOLDER = "a lecture; é"
# Without the figures of the commit, which `make` would restore if a script fails.
CLONE = (
    f"rm -rf '{FOLDER}' && git clone --quiet project.bundle '{FOLDER}' && rm '{FOLDER}/figures'/*"
)
TESTS = "make test"
WITH_TORCH = os.environ.get("TORCH") != "no"
if not WITH_TORCH:
    CLONE += f" && : > '{FOLDER}/envs/torch.txt'"
    TESTS = ".venv/bin/python -m pytest --continue-on-collection-errors -n auto tests"
STEPS = (
    "make draw-environment PYTHON=$PYTHON",
    "make",
    "make dev-environment",
    os.environ.get("TESTS", TESTS),
)
# The kernel removes these mounts when the command ends.
ENTER = """
mount -t proc proc "$1/proc"; mount --rbind /dev "$1/dev"
cp /etc/resolv.conf "$1/etc/resolv.conf"
for place in $PLACES; do
  if [ -d "$place" ]; then mkdir -p "$1$place"; else mkdir -p "$1${place%/*}"; touch "$1$place"; fi
  mount --bind "$place" "$1$place"
done
exec chroot --userspec=4242:4242 "$@"
"""


def debian(release: str) -> Path:
    """The folder of a minimal Debian, made by debootstrap if it is missing."""
    name, _, processor = release.partition(":")
    folder = PLACE / release.replace(":", "-")
    if not folder.exists():
        unfinished = folder.with_suffix(".unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        options = ["--variant=minbase", f"--include={PACKAGES}"]
        options += [f"--arch={processor}"] if processor else []
        subprocess.run(["debootstrap", *options, name, unfinished], check=True, stdout=sys.stderr)
        with (unfinished / "etc/passwd").open("a") as users:
            users.write("author:x:4242:4242::/home/author:/bin/sh\n")
        unfinished.rename(folder)
    return folder


@dataclass
class Platform:
    """A Python of this machine, or a minimal Debian.

    Attributes
    ----------
    python
        The command of Python there.
    root
        The folder that is ``/`` there.
    home
        The home folder of the author, as a path of this machine.
    enter
        What precedes a command that runs there.
    """

    python: str
    root: Path
    home: Path
    enter: tuple[str, ...] = ()

    def run(self, step: str, folder: str, log: IO[str]) -> str:
        """Run a line of shell in a folder below the home; return its time, or ``failed``."""
        variables = {name: value for name, value in os.environ.items() if re.match("PIP|SSL", name)}
        variables["HOME"] = f"/{self.home.relative_to(self.root)}"
        variables["PATH"] = "/usr/sbin:/usr/bin:/sbin:/bin"
        variables["PYTHON"] = self.python
        variables["PLACES"] = os.environ.get("PLACES", "")
        command = [*self.enter, "sh", "-c", f"umask 077; cd; cd '{folder}'; {step}"]
        started = time.monotonic()
        done = subprocess.run(command, env=variables, stdout=log, stderr=log)
        return "failed" if done.returncode else f"{time.monotonic() - started:.0f} s"


def python_of_this_machine(command: str) -> Platform | None:
    """A Python of this machine; None if that is not installed."""
    ask = ("sh", "-c", f"'{command}' -c 'import sys; print(sys.executable)'")
    python = subprocess.run(ask, capture_output=True, text=True).stdout.strip()
    home = PLACE / f"home-{Path(command).name}"
    return Platform(python, Path("/"), home) if python else None


def minimal_debian(release: str) -> Platform:
    """A Debian with nothing but what the README requires."""
    root = debian(release)
    enter = ("unshare", "--mount", "sh", "-ec", ENTER, "sh", str(root))
    return Platform("python3", root, root / "home/author", enter)


def row(name: str) -> str:
    """Clone, install, build and test on a platform; return its row of the table."""
    is_python = Path(name).name.startswith("python")
    platform = python_of_this_machine(name) if is_python else minimal_debian(name)
    name = Path(name).name + ("" if WITH_TORCH else ", no PyTorch")
    if platform is None:
        return f"| {name} | not installed | | | |"
    platform.home.mkdir(parents=True, exist_ok=True)
    bundle = ("git", "bundle", "create", "--quiet", platform.home / "project.bundle", "HEAD")
    subprocess.run(bundle, cwd=ROOT, check=True)
    if platform.enter:
        subprocess.run(["chown", "-R", "4242:4242", platform.home], check=True)
    LOGS.mkdir(parents=True, exist_ok=True)
    with (LOGS / f"{name}.log").open("w+") as log:
        platform.run(CLONE, ".", log)
        draw, build, dev, tests = (platform.run(step, FOLDER, log) for step in STEPS)
        log.seek(0)
        counts = re.findall(r"(?:\d+ \w+, )*\d+ \w+(?= in [\d.]+s)", log.read()) or [""]
    same = differing(platform.home / FOLDER / "figures")
    return f"| {name} | {draw}, {dev} | {build} | {same} | {counts[-1]}, {tests} |"


def differing(folder: Path) -> str:
    """How many built files differ from those here, how many are missing, and which."""
    ours = {file.name: file.read_bytes() for file in (ROOT / "figures").iterdir()}
    theirs = {file.name: file.read_bytes() for file in folder.iterdir()}
    names = sorted(name for name, content in theirs.items() if content != ours.get(name))
    missing = len(ours.keys() - theirs.keys())
    counts = f"{len(names)} of {len(theirs)} differ" + (f", {missing} missing" if missing else "")
    return " ".join([counts, *names])


if __name__ == "__main__":
    print("| platform | environment | build | bytes | tests |\n|---|---|---|---|---|", flush=True)
    for argument in sys.argv[1:]:
        print(row(argument), flush=True)
