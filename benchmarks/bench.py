"""Compare the build with other ways to make the files: ``python benchmarks/bench.py [rounds]``.

Run it in the project's folder. Each round measures every way once, in copies of the project. Times
vary between rounds, so the table has medians of their ratios. Its rows: see docs/performance.md.
"""

import shutil
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from figurepress.build import outputs
from figurepress.project import config

PARTS = (
    "Snakefile", "config.yaml", "data", "docs", "experiments",
    "profiles", "prompts", "scripts", "src",
)  # fmt: skip
EDITED = {"NumPy": "logistic_loss_curve", "PyTorch": "nonlinearities"}  # the scripts to edit
SETTINGS = config.read()
PYTHON = sys.executable
BUILD = (PYTHON, "-m", "figurepress.build", "--cores", "4")
SPHINX = (PYTHON, "-m", "sphinx", "-q", "-j4", "gallery", "gallery/_build")
# Imports once and runs all scripts; prints the ideal time in s, as if all cores shared the drawing.
ONE_PROCESS = """
import os, runpy, sys, time
start = time.perf_counter()
import figurepress.output, figurepress.site, lecture.convolution, lecture.training
imported = time.perf_counter()
for sys.argv in {commands}:  # each script finds its files in sys.argv
    runpy.run_path(sys.argv[0], run_name="__main__")
print(imported - start + (time.perf_counter() - imported) / os.cpu_count())
"""
SPHINX_CONF = """
extensions = ["sphinx_gallery.gen_gallery"]
root_doc = "out/index"
sphinx_gallery_conf = {"examples_dirs": "examples", "gallery_dirs": "out", "parallel": True}
"""
# A figure script as an example of sphinx-gallery, which collects the figures of pyplot.
EXAMPLE = '''"""Figure
======
"""
import matplotlib.pyplot as plt
__file__ = "{path}"  # sphinx-gallery does not define it
{script}
numbers = compute()
for theme in ("light", "dark"):
    with look.theme(theme):
        plt.figure(draw(numbers))  # makes it a figure of pyplot
'''


def run(folder: Path, *command: str) -> str:
    """Run a command in a folder; return what it printed."""
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if result.returncode:
        sys.exit(f"{' '.join(command)}: failed in {folder}\n{result.stdout}{result.stderr}")
    return result.stdout


def seconds(folder: Path, *command: str) -> float:
    """Run a command in a folder; return how long it took."""
    start = time.perf_counter()
    run(folder, *command)
    return time.perf_counter() - start


def copy_project(folder: Path, copies: int = 0) -> Path:
    """Copy the project without its output; if `copies` > 0, its figures are copies of one."""
    (folder / "figures").mkdir(parents=True)
    subprocess.run(["cp", "-r", *PARTS, folder], check=True)
    stems = [f"copy_{number}" for number in range(copies)]
    for stem in stems:
        shutil.copy(f"scripts/{EDITED['NumPy']}.py", folder / f"scripts/{stem}.py")
        shutil.copy(f"prompts/{EDITED['NumPy']}.md", folder / f"prompts/{stem}.md")
    if stems:
        for stem in SETTINGS.figures:  # the build refuses figures that are not listed
            (folder / f"scripts/{stem}.py").unlink()
            (folder / f"prompts/{stem}.md").unlink()
        # Replace the list of figures, which is before the formats.
        _, formats, rest = Path("config.yaml").read_text().partition("\nformats:")
        (folder / "config.yaml").write_text(f"figures: [{', '.join(stems)}]{formats}{rest}")
    return folder


def script_command(stem: str) -> list[str]:
    """The arguments of Python that make a figure script draw all its files."""
    files = outputs.of_figure(stem, SETTINGS)
    return [f"scripts/{stem}.py", "--dpi", str(SETTINGS.dpi), *map(str, files)]


def write_makefile(folder: Path) -> None:
    """Write a plain Makefile, with a rule for each figure and one for the pages."""
    commands = {stem: script_command(stem) for stem in SETTINGS.figures}
    text = f"all: {' '.join(commands)}\n\t{PYTHON} -m figurepress.site\n"
    text += "".join(f"{stem}:\n\t{PYTHON} {' '.join(words)}\n" for stem, words in commands.items())
    (folder / "Makefile").write_text(text)


def write_gallery(folder: Path) -> None:
    """Write the figures as examples of sphinx-gallery."""
    (folder / "gallery/examples").mkdir(parents=True)
    shutil.copytree("data", folder / "gallery/data")  # scripts look for ../data
    (folder / "gallery/conf.py").write_text(SPHINX_CONF)
    (folder / "gallery/examples/GALLERY_HEADER.rst").write_text("Figures\n=======\n")
    for stem in SETTINGS.figures:
        script, _, _ = Path(f"scripts/{stem}.py").read_text().partition("\nif __name__")
        path = folder / f"gallery/examples/plot_{stem}.py"
        path.write_text(EXAMPLE.format(path=path, script=script))


def build_after_edit(folder: Path, stem: str) -> float:
    """Edit a script; return how many seconds the build then takes."""
    with (folder / f"scripts/{stem}.py").open("a") as script:
        script.write("# edited\n")
    return seconds(folder, *BUILD)


def measure(place: Path) -> dict[str, float]:
    """Measure every way once; return the ratios of the table."""
    ratios = {}
    ours = copy_project(place / "ours")
    other = copy_project(place / "other")
    commands = [script_command(stem) for stem in SETTINGS.figures]
    ideal = float(run(other, PYTHON, "-c", ONE_PROCESS.format(commands=commands)))
    full_build = seconds(ours, *BUILD)
    ratios["all figures from nothing / ideal"] = full_build / ideal
    write_makefile(other)
    ratios["all figures from nothing / make -j4"] = full_build / seconds(other, "make", "-j4")
    write_gallery(other)
    gallery = seconds(other, *SPHINX)
    gallery_per_file = gallery / len(list(other.glob("gallery/_build/_images/*")))
    per_file = full_build / len(list((ours / "figures").iterdir()))
    ratios["all figures, per file / sphinx-gallery"] = per_file / gallery_per_file
    (place / "Snakefile").touch()  # empty, to measure the start alone
    start = seconds(place, PYTHON, "-m", "snakemake", "--dry-run")
    ratios["nothing to do / start of Snakemake"] = seconds(ours, *BUILD) / start
    for kind, stem in EDITED.items():
        alone = seconds(other, PYTHON, *script_command(stem))
        ratios[f"one {kind} script edited / script alone"] = build_after_edit(ours, stem) / alone
    many = copy_project(place / "many", copies=200)
    few = copy_project(place / "few", copies=20)
    for folder in (few, many):
        run(folder, *BUILD)  # so that only the edited figure is drawn below
    at_200 = build_after_edit(many, "copy_0")
    at_20 = build_after_edit(few, "copy_0")
    ratios["one edit at 200 figures / at 20"] = at_200 / at_20
    return ratios


def main() -> None:
    """Measure in rounds and print the table."""
    number_of_rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    rounds: list[dict[str, float]] = []
    for number in range(number_of_rounds):
        with TemporaryDirectory() as place:
            rounds.append(measure(Path(place)))
        print(f"round {number + 1}: {rounds[-1]}", file=sys.stderr, flush=True)
    print("| measured / compared with | median ratio |\n|---|---|")
    for name in rounds[0]:
        print(f"| {name} | {median(ratios[name] for ratios in rounds):.2f} |")


if __name__ == "__main__":
    main()
