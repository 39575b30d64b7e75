"""The figure that `make new` writes passes all checks of a figure."""

import shutil

import pytest

from tests.support.projects import ROOT

STEM = "new_figure"


@pytest.mark.slow
def test_new_figure_passes_once_it_is_accepted(server, tmp_path):
    project = shutil.copytree(
        ROOT, tmp_path / "project", ignore=shutil.ignore_patterns(".*", "logs", "results")
    )
    for arguments in (
        ("figurepress.tools.figure", "new", STEM),
        ("figurepress.tools.build", STEM),
        ("figurepress.tools.accept", STEM),
        ("pytest", "-q", "-n0", "tests/figures", "tests/all_figures", "--figure", STEM),
    ):
        done = server.run(project, "-m", *arguments)
        assert done.returncode == 0, done.stdout
