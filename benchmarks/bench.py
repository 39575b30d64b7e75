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

PARTS = ("Snakefile", "config.yaml", "data", "experiments", "profiles", "prompts", "scripts", "src")
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
extensions, root_doc = ["sphinx_gallery.gen_gallery"], "out/index"
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


def run(folder: Path, *command: str) -> tuple[float, str]:
    """Run a command in a folder; return the seconds it took and what it printed."""
    start = time.perf_counter()
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if result.returncode:
        sys.exit(f"{' '.join(command)}: failed in {folder}\n{result.stdout}{result.stderr}")
    return time.perf_counter() - start, result.stdout


def copy_project(folder: Path, copies: int = 0) -> Path:
    """Copy the project without its output; if `copies` > 0, its figures are copies of one."""
    (folder / "figures").mkdir(parents=True)
    subprocess.run(["cp", "-r", *PARTS, folder], check=True)
    stems = [f"copy_{number}" for number in range(copies)]
    for stem in stems:
        shutil.copy(f"scripts/{EDITED['NumPy']}.py", folder / f"scripts/{stem}.py")
        shutil.copy(f"prompts/{EDITED['NumPy']}.md", folder / f"prompts/{stem}.md")
    if stems:
        settings = Path("config.yaml").read_text().partition("\nformats:")[2]  # after the figures
        (folder / "config.yaml").write_text(f"figures: [{', '.join(stems)}]\nformats:{settings}")
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
        script = Path(f"scripts/{stem}.py").read_text().partition("\nif __name__")[0]
        path = folder / f"gallery/examples/plot_{stem}.py"
        path.write_text(EXAMPLE.format(path=path, script=script))


def build_after_edit(folder: Path, stem: str) -> float:
    """Edit a script; return how many seconds the build then takes."""
    with (folder / f"scripts/{stem}.py").open("a") as script:
        script.write("# edited\n")
    return run(folder, *BUILD)[0]


def measure(place: Path) -> dict[str, float]:
    """Measure every way once; return the ratios of the table."""
    ratios = {}
    ours, other = copy_project(place / "ours"), copy_project(place / "other")
    commands = [script_command(stem) for stem in SETTINGS.figures]
    _, ideal = run(other, PYTHON, "-c", ONE_PROCESS.format(commands=commands))
    full_build, _ = run(ours, *BUILD)
    ratios["all figures from nothing / ideal"] = full_build / float(ideal)
    write_makefile(other)
    ratios["all figures from nothing / make -j4"] = full_build / run(other, "make", "-j4")[0]
    write_gallery(other)
    gallery_per_file = run(other, *SPHINX)[0] / len(list(other.glob("gallery/_build/_images/*")))
    per_file = full_build / len(list((ours / "figures").iterdir()))
    ratios["all figures, per file / sphinx-gallery"] = per_file / gallery_per_file
    (place / "Snakefile").touch()  # empty, to measure the start alone
    start, _ = run(place, PYTHON, "-m", "snakemake", "-n")
    ratios["nothing to do / start of Snakemake"] = run(ours, *BUILD)[0] / start
    for kind, stem in EDITED.items():
        alone, _ = run(other, PYTHON, *script_command(stem))
        ratios[f"one {kind} script edited / script alone"] = build_after_edit(ours, stem) / alone
    few, many = copy_project(place / "few", 20), copy_project(place / "many", 200)
    for folder in (few, many):
        run(folder, *BUILD)
    slow, fast = build_after_edit(many, "copy_0"), build_after_edit(few, "copy_0")
    ratios["one edit at 200 figures / at 20"] = slow / fast
    return ratios


def main() -> None:
    """Measure in rounds and print the table."""
    rounds: list[dict[str, float]] = []
    for number in range(int(sys.argv[1]) if len(sys.argv) > 1 else 5):
        with TemporaryDirectory() as place:
            rounds.append(measure(Path(place)))
        print(f"round {number + 1}: {rounds[-1]}", file=sys.stderr, flush=True)
    print("| measured / compared with | median ratio |\n|---|---|")
    for name in rounds[0]:
        print(f"| {name} | {median(ratios[name] for ratios in rounds):.2f} |")


if __name__ == "__main__":
    main()
