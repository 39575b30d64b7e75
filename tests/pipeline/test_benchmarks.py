"""The benchmark says what was measured: its table, its picture, what it compares."""

import json
import re
import subprocess
import sys

from figurepress import look

import bench
import plot
import pytest
import table
import ways
from tests.support.legibility import faults

ROUND = {
    "start": 1.0,
    "build": 12.0,
    "nothing": 1.5,
    "make": 20.0,
    "import": 2.0,
    "drawing": 16.0,
    "gallery": 14.0,
    "numpy page": 3.0,
    "numpy alone": 2.0,
    "numpy script": 1.0,
    "torch page": 4.0,
    "torch alone": 3.2,
    "torch script": 2.0,
}
GROWTH = [
    {"figures": 10, "seconds": 4.0, "megabytes": 300.0},
    {"figures": 100, "seconds": 40.0, "megabytes": 320.0},
    {"figures": 300, "seconds": 140.0, "megabytes": 330.0},
]


def results(*rounds: dict[str, float], **changes: object) -> dict:
    """What bench.py writes, for rounds that differ from ROUND in these seconds."""
    return {
        "date": "2026-01-31",
        "revision": "abc1234",
        "processor": "A processor",
        "cores": 2,
        "memory": "8 GB",
        "load before": 0.1,
        "versions": {"Python": "3.11.0"},
        "rounds": [ROUND | seconds for seconds in rounds or [{}]],
        "files": {"pipeline": 80, "gallery": 70},
        "growth": GROWTH,
        **changes,
    }


def row(results: dict, measured: str, over: str) -> table.Row:
    (found,) = (row for row in table.rows(results) if (row.measured, row.over) == (measured, over))
    return found


def test_limit_is_imports_and_drawing_shared_by_the_cores():
    assert row(results(), "from nothing", "limit").ratio == 12 / (2 + 16 / 2)


def test_limit_counts_no_more_cores_than_the_build_is_given():
    assert row(results(cores=64), "from nothing", "limit").ratio == 12 / (2 + 16 / 4)


def test_sphinx_gallery_is_compared_by_file():
    found = row(results(), "from nothing, per file", "sphinx-gallery")
    assert found.ratio == pytest.approx((12 / 80) / (14 / 70))


@pytest.mark.parametrize(
    ("measured", "ratio"),
    [
        ("NumPy edit, with page", 2.0),
        ("NumPy edit, alone", 1.0),
        ("PyTorch edit, with page", 1.5),
        ("PyTorch edit, alone", 1.1),
    ],
)
def test_edit_is_compared_with_the_script_after_snakemakes_start(measured, ratio):
    assert row(results(), measured, "its script").ratio == pytest.approx(ratio)


def test_growth_is_what_one_more_figure_takes():
    found = row(results(), "time per figure past 100", "up to 100")
    assert found.ratio == pytest.approx((100 / 200) / (36 / 90))


def test_ratio_is_the_median_of_ratios_within_a_round():
    three = results(
        {"nothing": 1.0, "start": 1.0},
        {"nothing": 9.0, "start": 3.0},
        {"nothing": 8.0, "start": 4.0},
    )
    assert row(three, "nothing to do", "start").ratio == 2.0


@pytest.mark.parametrize(("strict", "met"), [(False, True), (True, False)])
def test_ratio_at_its_goal_meets_it_unless_it_is_to_be_below(strict, met):
    assert table.Row("this", "that", [1.0], 1.0, strict).met is met


def test_table_has_ratio_range_goal_and_verdict_in_a_line():
    three = results({"build": 10.0}, {"build": 12.5}, {"build": 15.0})
    lines = table.text(three).splitlines()
    assert "| from nothing | limit | **1.25** | 1.00 to 1.50 | at most 1.3 | yes |" in lines
    assert "| from nothing | make | **0.62** | 0.50 to 0.75 | below 1 | yes |" in lines
    assert "| nothing to do | start | **1.50** | 1.50 to 1.50 | at most 1.2 | **no** |" in lines


def test_table_says_what_stands_in_the_way_of_a_goal_that_is_missed():
    assert "\n- nothing to do: every prompt is read" in table.text(results())
    met = {"nothing": 1.1, "build": 9.0, "numpy page": 2.0, "torch page": 3.0, "torch alone": 3.0}
    assert "stands in the way" not in table.text(results(met))


@pytest.mark.parametrize("theme", lecture.THEMES)
def test_plot_is_legible(theme):
    given = results({}, {"build": 9.0, "nothing": 1.1})
    with look.theme(theme):
        assert faults(plot.draw(given), plot.alt(given)) == {}


def test_plot_draws_the_ratios_over_their_goals():
    with look.theme("light"):
        figure = plot.draw(results())
    (points,) = (line for line in figure.axes[0].lines if line.get_label() == "median")
    assert points.get_xdata()[0] == pytest.approx(1.2 / 1.3)


def test_alternative_text_names_what_missed_its_goal():
    assert "nothing to do, over start" in plot.alt(results())
    assert "nothing to do, over start" not in plot.alt(results({"nothing": 1.1}))


def test_projects_that_made_different_files_end_the_benchmark(tmp_path):
    for name, content in (("one", "x"), ("other", "y")):
        (tmp_path / name / "figures").mkdir(parents=True)
        (tmp_path / name / "figures/x.svg").write_text(content)
        (tmp_path / name / "figures/same.svg").touch()
    with pytest.raises(SystemExit, match=r"^one and other differ in x.svg$"):
        bench.expect_same_files(tmp_path / "one", tmp_path / "other")


def test_command_that_fails_ends_the_benchmark_with_what_it_said(tmp_path):
    with pytest.raises(SystemExit, match=r"(?s)ls nowhere: failed\n.*No such file"):
        bench.run(tmp_path, "ls", "nowhere")


def test_memory_counts_what_a_command_starts(tmp_path):
    use = [sys.executable, "-c", "import time; x = b'x' * 200_000_000; time.sleep(0.5)"]
    shell = f"import subprocess; subprocess.run({use})"
    _, megabytes = bench.weighed(tmp_path, sys.executable, "-c", shell)
    assert 200 < megabytes < 300


@pytest.mark.parametrize("runs", ["", "0", "-1", "2.5", "many"])
def test_number_of_rounds_that_is_none_is_refused(runs):
    with pytest.raises(SystemExit, match=f"^RUNS: '{runs}': write how many rounds"):
        bench.number_of_rounds(runs)


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A repository of the two figures that the benchmark edits, for it to measure."""
    project = tmp_path / "project"
    ways.copy_project(project)
    settings = project / "config.yaml"
    figures = f"figures: [{', '.join(bench.EDITED.values())}]\n"
    settings.write_text(re.sub(r"(?s)figures:.*?\n(?=\w)", figures, settings.read_text()))
    for command in ("init", "add .", "-c user.name=x -c user.email=x commit -m x"):
        subprocess.run(["git", *command.split()], cwd=project, check=True, capture_output=True)
    monkeypatch.setattr(ways, "ROOT", project)
    monkeypatch.setattr(bench, "RESULTS", project / "results.json")
    monkeypatch.setattr(bench, "GROWTH", (1, 2, 3))
    return project


@pytest.mark.slow
def test_benchmark_measures_every_way(project):
    bench.main(1)
    measured = json.loads((project / "results.json").read_text())
    (seconds,) = measured["rounds"]
    assert seconds.keys() == table.SECONDS.keys()
    assert min(seconds.values()) > 0
    assert measured["files"]["pipeline"] == 2 * 5 + 4
    assert measured["files"]["gallery"] >= 2 * 3 + 2  # pictures, thumbnails and pages
    assert [size["figures"] for size in measured["growth"]] == [1, 2, 3]
    git = subprocess.run(["git", "status", "--short"], cwd=project, capture_output=True, text=True)
    assert git.stdout == "?? results.json\n", "nothing else is written into the project"
