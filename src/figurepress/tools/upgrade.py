"""Pin the newest versions and report what changed: ``python -m figurepress.tools.upgrade``."""

import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from figurepress import command_line
from figurepress.build.pictures import read
from figurepress.project import config
from figurepress.project.config import Config
from figurepress.tools.changed_numbers import compare

# Options of uv. ``--universal`` finds versions that fit all supported versions of Python.
COMPILE = (
    *("-m", "uv", "pip", "compile", "--quiet", "--upgrade", "--universal"),
    *("--python-version", "3.11", "--no-emit-index-url", "--no-header"),
)
# dev.txt has the same versions as draw.txt. The hashes of PyTorch differ by index.
LISTS = {
    "envs/draw.txt": ("draw", "--generate-hashes", "--excludes", "envs/excluded.txt"),
    "envs/dev.txt": ("dev", "--generate-hashes", "--constraint", "envs/draw.txt"),
    "envs/torch.txt": ("torch", "--no-deps", "--no-annotate"),
}
REPORT = Path("results/upgrade.txt")
INSTALL = "src/figurepress/tools/install.py"


def run(*arguments: str) -> None:
    """Run Python; exit if it fails."""
    if status := subprocess.run([sys.executable, *arguments]).returncode:
        sys.exit(status)


def compile_lists() -> None:
    """Pin the newest versions in all lists."""
    for name, (group, *options) in LISTS.items():
        run(*COMPILE, "--group", f"pyproject.toml:{group}", *options, "--output-file", name)


def pins() -> dict[str, str]:
    """The pinned versions, by package."""
    found: dict[str, str] = {}
    for file in (Path("envs/dev.txt"), Path("envs/torch.txt")):
        for name, version in re.findall(r"^([\w.-]+)==(\S+)", file.read_text(), re.M):
            found[name] = f"{found[name]}, {version}" if name in found else version
    return found


def numbers(settings: Config, folder: Path) -> dict[str, dict[str, np.ndarray]]:
    """The result of compute() for each figure in the current environment."""
    found = {}
    for stem in settings.figures:
        file = folder / f"{stem}.npz"
        run("-m", "figurepress.tools.changed_numbers", f"scripts/{stem}.py", str(file))
        found[stem] = dict(np.load(file))
    return found


def pictures(settings: Config, folder: Path) -> dict[str, np.ndarray]:
    """The pixels of each PNG in a folder."""
    names = [
        f"{stem}{suffix}.png" for stem in settings.figures for suffix in settings.theme_suffixes
    ]
    return {name: read(folder / name) for name in names}


def main(arguments: Sequence[str]) -> int:
    """Upgrade the lists and the environment, build, and report all differences."""
    command_line.Parser(prog="make upgrade").parse_args(arguments)
    settings = config.read()
    with TemporaryDirectory() as temporary:
        before, after = Path(temporary, "before"), Path(temporary, "after")
        after.mkdir()
        shutil.copytree("figures", before)
        old_pins, old_numbers = pins(), numbers(settings, before)
        compile_lists()
        run(INSTALL, "dev")
        run("-m", "figurepress.build")
        new_pins, new_numbers = pins(), numbers(settings, after)
        old_pictures = pictures(settings, before)
    report = []
    for name in sorted({*old_pins, *new_pins}):
        if old_pins.get(name) != new_pins.get(name):
            report.append(f"{name}: {old_pins.get(name, 'none')} -> {new_pins.get(name, 'none')}")
    for stem in settings.figures:
        for row in compare(old_numbers[stem], new_numbers[stem]):
            changed = f"changed from {row[1]} to {row[2]}; largest change: {row[3] or '-'}"
            report.append(f"{stem}: number {row[0]} {changed}")
    for name, picture in pictures(settings, Path("figures")).items():
        old = old_pictures[name]
        pixels = "size" if old.shape != picture.shape else (old != picture).any(axis=2).sum()
        report.append(f"{name}: {'unchanged' if pixels == 0 else f'{pixels} pixels changed'}")
    print("\n".join(report))
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text("\n".join(report) + "\n")
    return 0


if __name__ == "__main__":
    command_line.run(main)
