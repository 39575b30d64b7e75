"""Try the project on other platforms: ``make test-platforms`` and ``make test-bare``.

A platform is a command that starts Python, such as ``python3.13``, or a release of Debian, such as
``trixie`` or ``trixie:arm64``. For a release, debootstrap makes a system that has only what the
README names, and a user without rights builds there. This needs root and, for another processor,
qemu-user-static. On each platform, a fresh clone of the last commit runs ``make`` and ``make test``
under umask 077, in a folder with spaces. Each platform becomes a row of the table, and a log in
results/platforms.

The variables of pip are passed on. ``PLACES`` names files and folders that pip needs, such as
folders of wheels. ``TESTS`` replaces ``make test``.
"""

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
PLACE = Path(os.environ.get("PLATFORMS", ROOT / ".build/platforms")).absolute()
LOGS = ROOT / "results/platforms"
PACKAGES = "ca-certificates,git,make,python3,python3-venv"
FOLDER = "a lecture; é"
STEPS = (
    f"rm -rf '{FOLDER}' && git clone --quiet project.bundle '{FOLDER}'",
    "make draw-environment PYTHON=$PYTHON",
    "make",
    "make dev-environment",
    os.environ.get("TESTS", "make test"),
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


def row(platform: str) -> str:
    """Clone, install, build and test on a platform; return its row of the table."""
    name = Path(platform).name
    if name.startswith("python"):
        ask = ("sh", "-c", f"'{platform}' -c 'import sys; print(sys.executable)'")
        python = subprocess.run(ask, capture_output=True, text=True).stdout.strip()
        if not python:
            return f"| {name} | not installed | | | |"
        root, before, home = Path("/"), [], PLACE / f"home-{name}"
    else:
        root, python = debian(platform), "python3"
        before = ["unshare", "--mount", "sh", "-ec", ENTER, "sh", str(root)]
        home = root / "home/author"
    home.mkdir(parents=True, exist_ok=True)
    bundle = ("git", "bundle", "create", "--quiet", home / "project.bundle", "HEAD")
    subprocess.run(bundle, cwd=ROOT, check=True)
    if before:
        subprocess.run(["chown", "-R", "4242:4242", home], check=True)
    variables = {name: value for name, value in os.environ.items() if re.match("PIP|SSL", name)}
    variables |= {"HOME": f"/{home.relative_to(root)}", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
    variables |= {"PYTHON": python, "PLACES": os.environ.get("PLACES", "")}
    cells, folder = [], "."
    LOGS.mkdir(parents=True, exist_ok=True)
    with (LOGS / f"{name}.log").open("w+") as log:
        for step in STEPS:
            command = [*before, "sh", "-c", f"umask 077; cd; cd '{folder}'; {step}"]
            started = time.monotonic()
            done = subprocess.run(command, env=variables, stdout=log, stderr=log)
            seconds = f"{time.monotonic() - started:.0f} s"
            cells.append("failed" if done.returncode else seconds)
            folder = FOLDER
        log.seek(0)
        counts = re.findall(r"(?:\d+ \w+, )*\d+ \w+(?= in [\d.]+s)", log.read()) or [""]
    _, draw, build, dev, tests = cells
    same = differing(home / FOLDER / "figures")
    return f"| {name} | {draw}, {dev} | {build} | {same} | {counts[-1]}, {tests} |"


def differing(folder: Path) -> str:
    """How many built files differ from those of this project, and which."""
    ours = {file.name: file.read_bytes() for file in (ROOT / "figures").iterdir()}
    theirs = {file.name: file.read_bytes() for file in folder.iterdir()}
    names = sorted(name for name in ours | theirs if ours.get(name) != theirs.get(name))
    return " ".join([f"{len(names)} of {len(ours)} differ", *names])


if __name__ == "__main__":
    print("| platform | environment | build | bytes | tests |\n|---|---|---|---|---|", flush=True)
    for argument in sys.argv[1:]:
        print(row(argument), flush=True)
