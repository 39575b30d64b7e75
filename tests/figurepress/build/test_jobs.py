"""The digest of the pages changes with everything that they are made with."""

from pathlib import Path

import pytest

from figurepress.build import jobs
from figurepress.project import config, sources
from tests.support.projects import append


@pytest.fixture
def settings(lecture) -> config.Config:
    """The configuration of the sample lecture."""
    return config.read()


@pytest.mark.parametrize("package", ["math-core", "markdown-it-py", "pygments"])
def test_digest_changes_with_a_package(settings, monkeypatch, package):
    before = jobs.digest_of_pages(settings)
    monkeypatch.setattr(sources, "version_of", lambda name: "other" if name == package else name)
    one = jobs.digest_of_pages(settings)
    monkeypatch.setattr(sources, "version_of", lambda name: name)
    assert len({before, one, jobs.digest_of_pages(settings)}) == 3


@pytest.mark.parametrize("name", ["prompts/bars.md", "config.yaml"])
def test_digest_changes_with_a_file(settings, name):
    before = jobs.digest_of_pages(settings)
    append(Path(name))
    assert jobs.digest_of_pages(settings) != before


def test_code_that_reads_prompts_is_a_source(settings):
    assert sources.PACKAGE / "project/prompts.py" in jobs.sources_of_pages(settings)
