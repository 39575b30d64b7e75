"""Pin the newest versions and report what changed: ``python -m figurepress.tools.upgrade``."""

import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from figurepress import command_line
from figurepress.build.picture_changes import changes
from figurepress.project import computed_numbers, config
from figurepress.project.config import Config

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


def numbers_of_figures(settings: Config) -> dict[str, str]:
    """The numbers of all figures, as the page shows them, by figure and name."""
    return {
        f"{stem}: {name}": text
        for stem in settings.figures
        for name, text in computed_numbers.read(stem).items()
    }


def differences(old: dict[str, str], new: dict[str, str]) -> list[str]:
    """One line for each key whose value differs."""
    changed = sorted(key for key in {*old, *new} if old.get(key) != new.get(key))
    return [f"{key}: {old.get(key, 'none')} -> {new.get(key, 'none')}" for key in changed]


def main(arguments: Sequence[str]) -> int:
    """Upgrade the lists and the environment, build, and report all differences."""
    command_line.Parser(prog="make upgrade").parse_args(arguments)
    settings = config.read()
    old_pins, old_numbers = pins(), numbers_of_figures(settings)
    compile_lists()
    run(INSTALL, "dev")
    run("-m", "figurepress.build")
    report = differences(old_pins, pins())
    report += differences(old_numbers, numbers_of_figures(settings))
    pictures = changes(settings.figures, settings)
    report += [change.describe() for change in pictures] or ["no picture changed"]
    print("\n".join(report))
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text("\n".join(report) + "\n")
    return 0


if __name__ == "__main__":
    command_line.run(main)
