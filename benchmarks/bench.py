"""Measure the pipeline beside other ways to the same files: ``python benchmarks/bench.py 5``.

The ways take turns, in as many rounds as the argument says; what they took goes to results.json,
which table.py and plot.py show. All is built in temporary copies of the project.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from contextlib import suppress
from datetime import date
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
import ways

CORES = 4  # that Snakemake, make and Sphinx are given
EDITED = {"numpy": "logistic_loss_curve", "torch": "nonlinearities"}  # by what computes it
GROWTH = (10, 100, 300)  # trivial figures
PACKAGES = ("snakemake", "matplotlib", "numpy", "torch", "sphinx", "sphinx-gallery")
RESULTS = Path(__file__).with_name("results.json")

BIN = Path(sys.executable).parent
ENVIRONMENT = os.environ | {
    "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
    "PYTHONPATH": f"scripts{os.pathsep}page",
}
SNAKEMAKE = ("snakemake", "--cores", str(CORES))
SPHINX = ("sphinx-build", "-q", "-j", str(CORES), "docs", "docs/_build")


def run(folder: Path, *command: str) -> str:
    """What a command, run in a folder, prints; where it fails, the benchmark ends."""
    done = subprocess.run(command, cwd=folder, env=ENVIRONMENT, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}: failed\n{done.stdout}{done.stderr}")
    return done.stdout


def timed(folder: Path, *command: str) -> float:
    """The seconds that a command takes."""
    begin = time.perf_counter()
    run(folder, *command)
    return time.perf_counter() - begin


def weighed(folder: Path, *command: str) -> tuple[float, float]:
    """The seconds that a command takes, and the most memory it has at a time, in MB."""
    begin, peak = time.perf_counter(), 0
    with (folder / "output").open("w+") as output:
        process = psutil.Popen(command, cwd=folder, env=ENVIRONMENT, stdout=output, stderr=output)
        while True:
            with suppress(psutil.NoSuchProcess):
                peak = max(peak, memory(process))
            with suppress(psutil.TimeoutExpired):
                status = process.wait(0.2)
                break
        if status != 0:
            output.seek(0)
            sys.exit(f"{' '.join(command)}: failed\n{output.read()}")
    return time.perf_counter() - begin, peak / 1e6


def memory(process: psutil.Process) -> int:
    """The bytes of a process and its descendants, what they share counted once."""
    total = 0
    for each in (process, *process.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):
            total += each.memory_full_info().pss
    return total


def prepare(place: Path) -> dict[str, Path]:
    """A folder for each way."""
    folders = {name: place / name for name in ("empty", "pipeline", "make", "process", "gallery")}
    for name, folder in folders.items():
        folder.mkdir()
        if name != "empty":
            ways.copy_project(folder)
    (folders["empty"] / "Snakefile").touch()
    ways.write_makefile(folders["make"])
    return folders


def clear(project: Path) -> None:
    """Remove all that was made in a project."""
    for made in ("figures", "logs", ".snakemake", "docs"):
        shutil.rmtree(project / made, ignore_errors=True)
    (project / "figures").mkdir()


def one_round(folders: dict[str, Path]) -> dict[str, float]:
    """What each way takes once, in seconds."""
    empty, pipeline, make, process, gallery = folders.values()
    for project in (pipeline, make, process, gallery):
        clear(project)
    ways.write_gallery(gallery)

    seconds = {"start": timed(empty, "snakemake", "-n")}
    seconds["build"] = timed(pipeline, *SNAKEMAKE)
    seconds["nothing"] = timed(pipeline, *SNAKEMAKE)
    seconds["make"] = timed(make, "make", "-s", f"-j{CORES}")
    whole = time.perf_counter()
    seconds["drawing"] = float(run(process, "python", "benchmarks/one_process.py"))
    seconds["import"] = time.perf_counter() - whole - seconds["drawing"]
    seconds["gallery"] = timed(gallery, *SPHINX)
    expect_same_files(pipeline, make, process)

    for kind, stem in EDITED.items():
        script = pipeline / f"scripts/{stem}.py"
        for what, target in (("page", ()), ("alone", (stem,))):
            script.write_text(f"{script.read_text()}\n")
            seconds[f"{kind} {what}"] = timed(pipeline, *SNAKEMAKE, *target)
        job = next(job for job in ways.jobs(make) if job.script == f"scripts/{stem}.py")
        seconds[f"{kind} script"] = timed(make, "python", job.script, *job.arguments)
    return seconds


def expect_same_files(*projects: Path) -> None:
    """End where the projects have not made the same files, to the byte."""
    one, *others = (
        {file.name: file.read_bytes() for file in (project / "figures").iterdir()}
        for project in projects
    )
    for project, other in zip(projects[1:], others, strict=True):
        if different := sorted(dict(one.items() ^ other.items())):
            sys.exit(f"{projects[0].name} and {project.name} differ in {', '.join(different)}")


def growth(place: Path) -> list[dict[str, float]]:
    """What the pipeline takes for so many trivial figures."""
    found = []
    for count in GROWTH:
        project = place / f"{count}"
        project.mkdir()
        ways.copy_project(project)
        ways.write_trivial_figures(project, count)
        seconds, megabytes = weighed(project, *SNAKEMAKE)
        found.append({"figures": count, "seconds": seconds, "megabytes": megabytes})
        shutil.rmtree(project)
    return found


def circumstances() -> dict[str, object]:
    """Where and when, and with which versions."""
    processor = re.search(r"^model name\s*: (.*)", Path("/proc/cpuinfo").read_text(), re.M)
    return {
        "date": date.today().isoformat(),
        "revision": run(ways.ROOT, "git", "describe", "--always", "--dirty").strip(),
        "processor": processor[1] if processor else "unknown",
        "cores": len(os.sched_getaffinity(0)),
        "memory": f"{psutil.virtual_memory().total / 1e9:.0f} GB",
        "load before": round(os.getloadavg()[0], 1),
        "versions": {
            "Python": ".".join(map(str, sys.version_info[:3])),
            "GNU make": run(ways.ROOT, "make", "--version").split()[2],
            **{name: version(name) for name in PACKAGES},
        },
    }


def number_of_rounds(argument: str) -> int:
    """What `make bench RUNS=...` says."""
    if not re.fullmatch("[1-9][0-9]*", argument):
        sys.exit(f"RUNS: {argument!r}: write how many rounds, a whole number from 1")
    return int(argument)


def main(runs: int) -> None:
    """Measure, and write what was measured."""
    results = circumstances()
    with TemporaryDirectory() as place:
        folders = prepare(Path(place))
        results["rounds"] = []
        for number in range(runs):
            print(f"round {number + 1} of {runs}", flush=True)
            results["rounds"].append(one_round(folders))
        results["files"] = {
            "pipeline": len(list(folders["pipeline"].glob("figures/*"))),
            "gallery": len(
                [
                    *folders["gallery"].glob("docs/_build/_images/*"),
                    *folders["gallery"].glob("docs/_build/gallery/*.html"),
                ]
            ),
        }
        print(f"{' and '.join(map(str, GROWTH))} trivial figures", flush=True)
        results["growth"] = growth(Path(place))
    RESULTS.write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main(number_of_rounds(sys.argv[1]))
