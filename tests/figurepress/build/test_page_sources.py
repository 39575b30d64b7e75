"""The digest of the pages depends on everything that they are made from."""

import pytest

from figurepress.build import page_sources
from figurepress.names import PACKAGE
from figurepress.project import config, sources


@pytest.fixture
def settings(lecture) -> config.Config:
    """The configuration of the sample lecture."""
    return config.read()


@pytest.mark.parametrize("package", ["math-core", "markdown-it-py", "pygments"])
def test_digest_changes_with_a_package(settings, monkeypatch, package):
    monkeypatch.setattr(sources, "version_of", lambda name: name)
    before = page_sources.digest_of_pages(settings)
    monkeypatch.setattr(sources, "version_of", lambda name: "new" if name == package else name)
    assert page_sources.digest_of_pages(settings) != before


def test_code_that_reads_prompts_is_a_source(settings):
    assert PACKAGE / "project/prompts.py" in page_sources.files(settings)
