"""The digest of the pages changes with everything that they are made with."""

from pathlib import Path

import pytest

from figurepress.build import jobs
from figurepress.project import config, sources
from tests.support.projects import sample_project


@pytest.fixture
def settings(tmp_path, monkeypatch) -> config.Config:
    """The configuration of the sample lecture, which is the working directory."""
    monkeypatch.chdir(sample_project(tmp_path / "project"))
    return config.read()


@pytest.mark.parametrize("package", ["math-core", "markdown-it-py", "pygments"])
def test_digest_changes_with_a_package(settings, monkeypatch, package):
    before = jobs.digest_of_pages(settings)
    monkeypatch.setattr(sources, "version_of", lambda name: "other" if name == package else name)
    one = jobs.digest_of_pages(settings)
    monkeypatch.setattr(sources, "version_of", lambda name: name)
    assert len({before, one, jobs.digest_of_pages(settings)}) == 3


@pytest.mark.parametrize("name", ["figures/bars.png", "prompts/bars.md", "config.yaml"])
def test_digest_changes_with_a_file(settings, name):
    before = jobs.digest_of_pages(settings)
    with Path(name).open("ab") as file:
        file.write(b"\n")
    assert jobs.digest_of_pages(settings) != before


def test_code_that_reads_prompts_is_a_source(settings):
    assert sources.PACKAGE / "project/prompts.py" in jobs.sources_of_pages(settings)
