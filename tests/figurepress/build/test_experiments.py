"""The origin stored with the results of an experiment, and what makes them stale."""

import shutil
from pathlib import Path

import pytest

from figurepress.build import experiments
from figurepress.project import config
from tests.support.projects import append, edit

pytestmark = pytest.mark.usefixtures("lecture")
SCRIPT = "experiments/waves.py"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("SEED = 0\n", "SEED = 0  # of the generator\n"),
        ('"""The smallest experiment: how high the wave is."""\n', ""),
        ("default_rng(SEED)", "default_rng(\n        SEED,\n    )"),
    ],
)
def test_comments_docstrings_and_layout_do_not_make_data_stale(old, new):
    edit(SCRIPT, old, new)
    assert experiments.stale(["waves"]) == []


def test_hash_is_the_same_in_all_versions_of_python():
    # Versions of Python parse f-strings differently.
    Path("experiments/waves.py").write_text('text = f"{{{x:{width}.2f}}} {y!r}", ""\n')
    assert experiments.origin("waves", []) == {"script": "d2c4052248143dea"}


def test_new_import_makes_the_data_stale():
    Path("experiments/heights.py").write_text("HEIGHT = 1\n")
    edit(SCRIPT, "import numpy as np", "import heights\nimport numpy as np")
    assert experiments.changed_sources("waves") == [SCRIPT, "experiments/heights.py"]


def test_data_without_an_origin_is_stale():
    Path("data/waves.npz").write_bytes(b"not a zip file")
    assert experiments.changed_sources("waves") == ["experiments/waves.py"]


def test_renamed_experiment_keeps_its_data():
    for name in ("experiments/waves.py", "data/waves.npz"):
        Path(name).rename(name.replace("waves", "ripples"))
    assert experiments.changed_sources("ripples") == []


def test_data_without_an_experiment_is_an_ordinary_file():
    Path("experiments/waves.py").unlink()
    assert experiments.of_figure("waves") == []


def test_two_figures_share_an_experiment():
    shutil.copy("prompts/waves.md", "prompts/bars.md")
    assert experiments.figures_by_experiment(["bars", "waves"]) == {"waves": ["bars", "waves"]}


def test_missing_data_is_replaced_by_a_marker():
    assert Path("data/waves.npz") in experiments.inputs_of_figure("waves")
    Path("data/waves.npz").unlink()
    inputs = experiments.inputs_of_figure("waves")
    assert Path("data/waves.npz") not in inputs
    assert experiments.marker("waves") in inputs


@pytest.mark.parametrize(("of_bars", "longest"), [(5, 9), (30, 30)])
def test_longest_time_limit_of_the_figures_counts(of_bars, longest):
    append(Path("config.yaml"), "experiment_time_limit: 9\n")  # the default, which waves uses
    needs = f"experiment_time_limit: {of_bars}\nneeds: [data/waves.npz]\nclaims:"
    edit("prompts/bars.md", "claims:", needs)
    assert experiments.time_limit("waves", config.read()) == longest
