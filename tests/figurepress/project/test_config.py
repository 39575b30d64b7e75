"""The configuration: which files it asks for, and how its faults are told."""

from pathlib import Path

from figurepress.project.validation import InputError
from figurepress.project.config import Config, read

import pytest
from tests.support.projects import configuration, small_project

CONFIG = {"figures": ["x"], "formats": ["svg", "pdf"], "themes": ["light", "dark"], "dpi": 200}


def check(**changes: object) -> Config:
    return Config.check(CONFIG | changes, "config.yaml")


def test_each_theme_has_every_form_but_the_dark_one_no_pdf():
    assert check().suffixes == [".svg", ".pdf", "-dark.svg"]
    assert check(formats=["png", "svg"], themes=["dark"]).suffixes == ["-dark.png", "-dark.svg"]
    assert check(formats=["pdf"], themes=["dark"]).suffixes == []


def test_what_stands_twice_is_named_once_and_nothing_beside_it():
    with pytest.raises(InputError) as refusal:
        check(figures=["b", "a", "b", "c", "a", "b"])
    assert "stands twice: a, b; remove" in str(refusal.value)


@pytest.fixture
def project(tmp_path):
    return small_project(tmp_path / "project", "quadratic_loss_curve", "logistic_loss_curve")


def test_figures_in_order_are_what_a_sound_project_has(project):
    assert read(project).figures == ["quadratic_loss_curve", "logistic_loss_curve"]


def test_every_missing_script_and_prompt_is_named(project: Path):
    (project / "config.yaml").write_text(
        configuration("one", "quadratic_loss_curve", "two", "logistic_loss_curve")
    )
    for stem in ("quadratic_loss_curve", "logistic_loss_curve"):
        (project / f"prompts/{stem}.md").unlink()
    with pytest.raises(InputError) as refusal:
        read(project)
    first, second, third, fourth = str(refusal.value).split("\n")
    assert "figures: 'one': no such figure; write scripts/one.py or remove the line" in first
    assert "prompts/quadratic_loss_curve.md: missing" in second
    assert "figures: 'two': no such figure" in third
    assert "prompts/logistic_loss_curve.md: missing" in fourth
