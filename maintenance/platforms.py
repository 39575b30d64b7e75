"""Try the project on other platforms: ``make test-platforms`` and ``make test-bare``.

Each argument is a platform: a command that starts Python, such as ``python3.13``, or a release of
Debian, such as ``trixie`` or ``trixie:arm64``. debootstrap installs a release with only what the
README requires, and an unprivileged user builds there. A release needs root and, for another
processor, qemu-user-static. On each platform, a fresh clone of the last commit runs ``make`` and
``make test`` in a folder with spaces, under umask 077, with which new files are private. The
program prints a row of a table for each platform, and writes a log to results/platforms.

These environment variables change what is done; those of pip are passed on:

- ``PLATFORMS`` is the folder for clones and systems, by default .build/platforms.
- ``PLACES`` lists files and folders that pip needs in a minimal Debian, such as folders of wheels.
- ``TORCH=no`` does not install PyTorch. Then the files of figures that need it are missing, and
  test modules that need it cannot be collected.
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
PLATFORMS = Path(os.environ.get("PLATFORMS", ROOT / ".build/platforms")).absolute()
LOGS = ROOT / "results/platforms"
PACKAGES = "ca-certificates,git,make,python3,python3-venv"  # of Debian: what the README requires
FOLDER = "a lecture; é"  # characters that show missing quotes and wrong encodings
# Remove the clone's figures: `make` would restore one whose script fails, and hide the failure.
CLONE = (
    f"rm -rf '{FOLDER}' && git clone --quiet project.bundle '{FOLDER}' && rm '{FOLDER}/figures'/*"
)
TESTS = "make test"
WITH_TORCH = os.environ.get("TORCH") != "no"
if not WITH_TORCH:
    CLONE += f" && : > '{FOLDER}/envs/torch.txt'"  # so no PyTorch is installed
    TESTS = ".venv/bin/python -m pytest --continue-on-collection-errors -n auto tests"
STEPS = ("make draw-environment PYTHON=$PYTHON", "make", "make dev-environment", TESTS)
# Run a command ($2 ...) as the user `author` of a minimal Debian in a folder ($1), with the files
# and folders of $PLACES mounted there. `unshare` makes the mounts end with the command.
ENTER = """
mount -t proc proc "$1/proc"; mount --rbind /dev "$1/dev"
cp /etc/resolv.conf "$1/etc/resolv.conf"
for place in $PLACES; do
  if [ -d "$place" ]; then
    mkdir -p "$1$place"
  else  # a file
    mkdir -p "$1$(dirname "$place")"; touch "$1$place"
  fi
  mount --bind "$place" "$1$place"
done
exec chroot --userspec=4242:4242 "$@"
"""


@dataclass
class Platform:
    """Where the project is tried: with a Python of this machine, or in a minimal Debian."""

    python: str  # the command that starts Python on the platform
    root: Path  # the folder of this machine that is / on the platform
    home: Path  # the folder of this machine that is the user's home on the platform
    enter: tuple[str, ...] = ()  # the beginning of a command that runs its other arguments there

    def run(self, step: str, folder: str, log: IO[str]) -> str:
        """Run a shell command in a folder of the home; return its time (``12 s``) or ``failed``."""
        # Pass on only the variables that pip needs: others could change the build.
        variables = {name: value for name, value in os.environ.items() if re.match("PIP|SSL", name)}
        variables["HOME"] = f"/{self.home.relative_to(self.root)}"
        variables["PATH"] = "/usr/sbin:/usr/bin:/sbin:/bin"
        variables["PYTHON"] = self.python
        variables["PLACES"] = os.environ.get("PLACES", "")
        command = [*self.enter, "sh", "-c", f"umask 077; cd; cd '{folder}'; {step}"]
        start = time.monotonic()
        result = subprocess.run(command, env=variables, stdout=log, stderr=log)
        return "failed" if result.returncode else f"{time.monotonic() - start:.0f} s"


def python_of_this_machine(command: str) -> Platform | None:
    """The Python that a command starts on this machine; None if it is not installed."""
    print_path = ("sh", "-c", f"'{command}' -c 'import sys; print(sys.executable)'")
    python = subprocess.run(print_path, capture_output=True, text=True).stdout.strip()
    home = PLATFORMS / f"home-{Path(command).name}"
    return Platform(python, root=Path("/"), home=home) if python else None


def minimal_debian(release: str) -> Platform:
    """A Debian with only what the README requires; debootstrap installs it if it is missing."""
    root = PLATFORMS / release.replace(":", "-")
    if not root.exists():
        unfinished = root.with_suffix(".unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        name, _, processor = release.partition(":")
        options = ["--variant=minbase", f"--include={PACKAGES}"]
        options += [f"--arch={processor}"] if processor else []
        subprocess.run(["debootstrap", *options, name, unfinished], check=True, stdout=sys.stderr)
        with (unfinished / "etc/passwd").open("a") as users:
            users.write("author:x:4242:4242::/home/author:/bin/sh\n")
        unfinished.rename(root)
    enter = ("unshare", "--mount", "sh", "-ec", ENTER, "sh", str(root))  # "sh" is $0, root $1
    return Platform("python3", root, home=root / "home/author", enter=enter)


def try_platform(name: str) -> str:
    """Clone, install, build and test on a platform; return its row of the table."""
    is_python = Path(name).name.startswith("python")
    platform = python_of_this_machine(name) if is_python else minimal_debian(name)
    label = Path(name).name + ("" if WITH_TORCH else ", no PyTorch")
    if platform is None:
        return f"| {label} | not installed | | | |"
    platform.home.mkdir(parents=True, exist_ok=True)
    bundle = platform.home / "project.bundle"
    subprocess.run(["git", "bundle", "create", "--quiet", bundle, "HEAD"], cwd=ROOT, check=True)
    if platform.enter:  # the user of the minimal Debian clones and builds in this home
        subprocess.run(["chown", "-R", "4242:4242", platform.home], check=True)
    LOGS.mkdir(parents=True, exist_ok=True)
    with (LOGS / f"{label}.log").open("w+") as log:
        platform.run(CLONE, ".", log)
        times = [platform.run(step, FOLDER, log) for step in STEPS]
        draw_environment, build, test_environment, tests = times
        log.seek(0)
        # Find "2769 passed, 3 skipped" in pytest's last line, "2769 passed, 3 skipped in 512.34s".
        counts = re.findall(r"(?:\d+ \w+, )*\d+ \w+(?= in [\d.]+s)", log.read())
    environment = f"{draw_environment}, {test_environment}"
    files = differences(platform.home / FOLDER / "figures")
    results = counts[-1] if counts else ""  # none if pytest did not run to its end
    return f"| {label} | {environment} | {build} | {files} | {results}, {tests} |"


def differences(folder: Path) -> str:
    """Which files of a platform differ from ours, such as ``2 of 99 differ a.png b.svg``."""
    ours = {file.name: file.read_bytes() for file in (ROOT / "figures").iterdir()}
    theirs = {file.name: file.read_bytes() for file in folder.iterdir()}
    different = sorted(name for name, content in theirs.items() if content != ours.get(name))
    missing = len(ours.keys() - theirs.keys())
    counts = f"{len(different)} of {len(theirs)} differ"
    if missing:
        counts += f", {missing} missing"
    return " ".join([counts, *different])


if __name__ == "__main__":
    print("| platform | environment | build | bytes | tests |\n|---|---|---|---|---|", flush=True)
    for argument in sys.argv[1:]:
        print(try_platform(argument), flush=True)
