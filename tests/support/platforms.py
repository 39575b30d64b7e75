"""Try the project on other platforms: ``python3 tests/support/platforms.py <platform> ...``.

A platform is a command that starts Python, such as ``python3.13``, or a release of Debian, such as
``trixie`` or ``trixie:arm64``. For a release, debootstrap makes a minimal system that has only what
the README names, and an ordinary user builds there; that needs root and, for another processor,
qemu-user-static. On each platform, a fresh clone of the last commit runs ``make`` and ``make
test``, in a folder with spaces and under umask 077. Each ends as a row of the table; the whole
output goes to the folder ``results/platforms``.

Variables of pip are handed on, and ``PLACES`` lists further files and folders that pip needs there.
``TESTS`` replaces ``make test``. Packages and systems stay in ``PLATFORMS`` (default:
``.build/platforms``) for the next run.
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
PACKAGES = "ca-certificates,git,make,python3,python3-venv"
FOLDER = "a lecture; é"
USER = "4242"
# Mounted for this command only: the kernel removes the mounts with its namespace.
ENTER = """
mount -t proc proc "$1/proc"; mount --rbind /dev "$1/dev"
cp /etc/resolv.conf "$1/etc/resolv.conf"
for place in $PLACES; do
  if [ -d "$place" ]; then mkdir -p "$1$place"; else mkdir -p "$1${place%/*}"; touch "$1$place"; fi
  mount --bind "$place" "$1$place"
done
exec chroot --userspec=USER:USER "$@"
""".replace("USER", USER)


def system(release: str) -> Path:
    """A minimal Debian, made by debootstrap if it is missing."""
    name, _, architecture = release.partition(":")
    folder = PLACE / release.replace(":", "-")
    if not (folder / "home").exists():
        options = [f"--arch={architecture}"] if architecture else []
        options += ["--variant=minbase", f"--include={PACKAGES}"]
        unfinished = folder.with_suffix(".unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        subprocess.run(["debootstrap", *options, name, unfinished], check=True, stdout=sys.stderr)
        with (unfinished / "etc/passwd").open("a") as users:
            users.write(f"author:x:{USER}:{USER}::/home/author:/bin/sh\n")
        unfinished.rename(folder)
    return folder


def row(platform: str) -> str:
    """Clone, install, build and test on one platform; return its row of the table."""
    python = shutil.which(platform)
    root = Path("/") if python else system(platform)
    home = PLACE / f"home-{Path(platform).name}" if python else root / "home/author"
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    bundle = home / "project.bundle"
    subprocess.run(["git", "bundle", "create", "--quiet", bundle, "HEAD"], cwd=ROOT, check=True)
    keep = {name: value for name, value in os.environ.items() if re.match("PIP_|SSL_|UV_", name)}
    keep |= {"HOME": f"/{home.relative_to(root)}", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
    if python:
        prefix, given = [], f"PYTHON='{python}'"
        keep["PIP_CACHE_DIR"] = str(PLACE / "cache")
    else:
        subprocess.run(["chown", "-R", f"{USER}:{USER}", home], check=True)
        prefix = ["unshare", "--mount", "sh", "-ec", ENTER, "sh", str(root)]
        given = ""
    output = ROOT / f"results/platforms/{Path(platform).name.replace(':', '-')}.log"
    output.parent.mkdir(parents=True, exist_ok=True)
    cells = []
    with output.open("w") as log:
        for step in (
            f"cd && git clone --quiet project.bundle '{FOLDER}'",
            f"make draw-environment {given}",
            "make",
            "git status --porcelain && make dev-environment",
            os.environ.get("TESTS", "make test"),
        ):
            command = f"umask 077; cd ~; cd '{FOLDER}' 2> /dev/null; {step}"
            started = time.monotonic()
            variables = {**keep, "PLACES": os.environ.get("PLACES", "")}
            done = subprocess.run(
                [*prefix, "sh", "-c", command], env=variables, stdout=log, stderr=log
            )
            seconds = time.monotonic() - started
            cells.append(f"{seconds:.0f} s" if done.returncode == 0 else "failed")
    _, environment, build, more, tests = cells
    passed = re.findall(r"\d+ (?:passed|failed|skipped)[^=]*?(?= in )", output.read_text())
    return (
        f"| {platform} | {environment}, {more} | {build} | {differing(home / FOLDER)} | "
        f"{passed[-1] if passed else ''} {tests} |"
    )


def differing(clone: Path) -> str:
    """The built files that are not byte-identical to those of this project."""
    ours = {file.name: file.read_bytes() for file in (ROOT / "figures").iterdir()}
    theirs = {file.name: file.read_bytes() for file in (clone / "figures").iterdir()}
    names = sorted(name for name in ours | theirs if ours.get(name) != theirs.get(name))
    return f"{len(ours) - len(names)} of {len(ours)}{': ' if names else ''}{', '.join(names)}"


if __name__ == "__main__":
    print("| platform | environment | build | bytes | tests |\n|---|---|---|---|---|", flush=True)
    for argument in sys.argv[1:]:
        print(row(argument), flush=True)
