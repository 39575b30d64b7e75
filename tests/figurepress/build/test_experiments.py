"""The origin stored with the results of an experiment, and what makes them stale."""

import shutil
from pathlib import Path

import pytest

from figurepress.build import experiments
from figurepress.project import config, sources
from tests.support.projects import sample_project


@pytest.fixture(autouse=True)
def lecture(tmp_path, monkeypatch) -> None:
    """The sample lecture, as the working directory. Its figure waves has an experiment."""
    monkeypatch.chdir(sample_project(tmp_path / "project"))
    sources.local_modules.cache_clear()


def edit(old: str, new: str) -> None:
    script = Path("experiments/waves.py")
    text = script.read_text()
    assert old in text
    script.write_text(text.replace(old, new))


def test_committed_data_is_up_to_date():
    assert experiments.stale(["bars", "waves"]) == []


def test_changed_parameter_makes_the_data_stale():
    edit("SEED = 0", "SEED = 1")
    assert experiments.stale(["bars", "waves"]) == [
        "data/waves.npz: experiments/waves.py changed after it was computed; "
        "run `make data FIGURE=waves`"
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("SEED = 0\n", "SEED = 0  # of the generator\n"),
        ('"""The smallest experiment: how high the wave is."""\n', ""),
        ('    """The height: one random number', '    """The height'),
        ("default_rng(SEED)", "default_rng(\n        SEED,\n    )"),
    ],
)
def test_comments_docstrings_and_layout_do_not_count(old, new):
    edit(old, new)
    assert experiments.stale(["waves"]) == []


def test_hash_is_the_same_in_all_versions_of_python():
    Path("experiments/waves.py").write_text('text = f"{{{x:{width}.2f}}} {y!r}", ""\n')
    assert experiments.origin("waves", []) == {"script": "d2c4052248143dea"}


def test_new_import_makes_the_data_stale():
    Path("experiments/heights.py").write_text("HEIGHT = 1\n")
    edit("import numpy as np", "import heights\nimport numpy as np")
    assert experiments.changed("waves") == ["experiments/waves.py", "experiments/heights.py"]


def test_data_without_an_origin_is_stale():
    Path("data/waves.npz").write_bytes(b"not a zip file")
    assert experiments.changed("waves") == ["experiments/waves.py"]


def test_renamed_experiment_keeps_its_data():
    for name in ("experiments/waves.py", "data/waves.npz"):
        Path(name).rename(name.replace("waves", "ripples"))
    assert experiments.changed("ripples") == []


def test_data_of_no_experiment_is_an_ordinary_file():
    Path("experiments/waves.py").unlink()
    assert experiments.of_figure("waves") == []


def test_two_figures_share_an_experiment():
    shutil.copy("prompts/waves.md", "prompts/bars.md")
    assert experiments.of_figures(["bars", "waves"]) == {"waves": ["bars", "waves"]}


def test_missing_data_is_replaced_by_a_marker():
    assert Path("data/waves.npz") in experiments.inputs_of_figure("waves")
    Path("data/waves.npz").unlink()
    inputs = experiments.inputs_of_figure("waves")
    assert Path("data/waves.npz") not in inputs
    assert experiments.marker("waves") in inputs


def test_missing_data_with_an_experiment_is_accepted():
    Path("data/waves.npz").unlink()
    assert config.read().figures == ["bars", "waves"]


def test_prompt_overrides_the_time_limit_of_an_experiment():
    settings = config.read()
    assert experiments.time_limit("waves", settings) == 3600
    prompt = Path("prompts/waves.md")
    prompt.write_text(prompt.read_text().replace("needs:", "experiment_time_limit: 7\nneeds:"))
    assert experiments.time_limit("waves", settings) == 7


def test_longest_time_limit_counts():
    settings = config.read({"experiment_time_limit": 9})
    shutil.copy("prompts/waves.md", "prompts/bars.md")
    prompt = Path("prompts/bars.md")
    prompt.write_text(prompt.read_text().replace("needs:", "experiment_time_limit: 7\nneeds:"))
    assert experiments.time_limit("waves", settings) == 9
