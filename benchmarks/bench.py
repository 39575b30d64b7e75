"""Compare the build with other ways to make the files: ``python benchmarks/bench.py [rounds]``.

Run it in the project's folder. Each round measures every way once, in copies of the project. The
table has medians of ratios within a round; docs/performance.md explains its rows.
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

LEFT_OUT = shutil.ignore_patterns(".*", "figures", "lectures", "logs", "results", "tests")
EDITED = {"NumPy": "logistic_loss_curve", "PyTorch": "nonlinearities"}  # the scripts to edit
SETTINGS = config.read()
PYTHON = sys.executable
BUILD = (PYTHON, "-m", "figurepress.build", "--cores", "4")
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


def seconds(folder: Path, *command: str) -> float:
    """Run a command in a folder; return how long it took. Its errors appear in the terminal."""
    start = time.perf_counter()
    subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start


def copy_project(folder: Path, copies: int = 0) -> Path:
    """Copy the project without its output; if `copies` > 0, its figures are copies of one."""
    shutil.copytree(".", folder, ignore=LEFT_OUT)
    (folder / "figures").mkdir()
    stems = [f"copy_{number}" for number in range(copies)]
    if stems:
        for pattern in ("scripts/{}.py", "prompts/{}.md"):
            for stem in stems:
                shutil.copy(pattern.format(EDITED["NumPy"]), folder / pattern.format(stem))
            for stem in SETTINGS.figures:  # the build refuses figures that are not listed
                (folder / pattern.format(stem)).unlink()
        settings = Path("config.yaml").read_text().partition("\nformats:")[2]  # after the figures
        (folder / "config.yaml").write_text(f"figures: [{', '.join(stems)}]\nformats:{settings}")
    return folder


def script_command(stem: str) -> list[str]:
    """The arguments of Python that make a figure script draw all its files."""
    files = outputs.of_figure(stem, SETTINGS)
    return [f"scripts/{stem}.py", "--dpi", str(SETTINGS.dpi), *map(str, files)]


def write_makefile(folder: Path) -> None:
    """Write a plain Makefile, with a rule for each figure and one for the pages."""
    text = f"all: {' '.join(SETTINGS.figures)}\n\t{PYTHON} -m figurepress.site\n"
    for stem in SETTINGS.figures:
        text += f"{stem}:\n\t{PYTHON} {' '.join(script_command(stem))}\n"
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
    program = ONE_PROCESS.format(commands=[script_command(stem) for stem in SETTINGS.figures])
    ideal = float(subprocess.check_output([PYTHON, "-c", program], cwd=other))
    full_build = seconds(ours, *BUILD)
    ratios["all figures from nothing / ideal"] = full_build / ideal
    write_makefile(other)
    ratios["all figures from nothing / make -j4"] = full_build / seconds(other, "make", "-j4")
    write_gallery(other)
    gallery = seconds(other, PYTHON, "-m", "sphinx", "-q", "-j4", "gallery", "gallery/_build")
    gallery_per_file = gallery / len(list(other.glob("gallery/_build/_images/*")))
    per_file = full_build / len(list(ours.glob("figures/*")))
    ratios["all figures, per file / sphinx-gallery"] = per_file / gallery_per_file
    (place / "Snakefile").touch()  # empty, to measure the start alone
    start = seconds(place, PYTHON, "-m", "snakemake", "--dry-run")
    ratios["nothing to do / start of Snakemake"] = seconds(ours, *BUILD) / start
    for kind, stem in EDITED.items():
        alone = seconds(other, PYTHON, *script_command(stem))
        ratios[f"one {kind} script edited / script alone"] = build_after_edit(ours, stem) / alone
    edit = {}  # seconds, by number of figures
    for copies in (20, 200):
        folder = copy_project(place / f"copies_{copies}", copies)
        seconds(folder, *BUILD)  # so that only the edited figure is drawn below
        edit[copies] = build_after_edit(folder, "copy_0")
    ratios["one edit at 200 figures / at 20"] = edit[200] / edit[20]
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
