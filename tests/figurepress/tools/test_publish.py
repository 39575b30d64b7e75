"""The folder for a static web server."""

import re
import shutil
import subprocess
import sys

import pytest

from figurepress.project.validated_files import InputError
from figurepress.tools import publish
from tests.support.projects import PAGES, edit
from tests.support.tiny_lecture import write_lecture


@pytest.fixture
def built(tmp_path, monkeypatch):
    """A lecture of two figures, with its pages."""
    write_lecture(tmp_path)
    monkeypatch.chdir(tmp_path)
    for name in PAGES:
        (tmp_path / "figures" / name).write_text(name)
    return tmp_path


def test_published_folder_is_complete(built, tmp_path):
    publish.publish(tmp_path / "site")
    files = [file for file in (tmp_path / "site").rglob("*") if file.is_file()]
    assert {str(file.relative_to(tmp_path / "site")) for file in files} == {
        *(f"line{suffix}" for suffix in (".svg", ".png", "-dark.svg", "-dark.png")),
        *(f"extra{suffix}" for suffix in (".svg", ".png", "-dark.svg", "-dark.png")),
        *("prompts/line.md", "scripts/line.py", "tests/figures/test_line.py"),
        *("prompts/extra.md", "scripts/extra.py"),
        *PAGES,
        *("appendix.md", "docs/legibility.md", ".published.json"),
    }


def test_publishing_again_updates_the_folder(built, tmp_path):
    publish.publish(tmp_path / "site")
    (built / "figures/index.html").write_text("new")
    publish.publish(tmp_path / "site")
    assert (tmp_path / "site/index.html").read_text() == "new"


def test_files_of_a_removed_figure_are_deleted(built, tmp_path):
    publish.publish(tmp_path / "site")
    (tmp_path / "site/extra.html").write_text("mine")
    edit(built / "config.yaml", "line, extra", "line")
    publish.publish(tmp_path / "site")
    assert [str(file) for file in (tmp_path / "site").rglob("extra*")] == [
        str(tmp_path / "site/extra.html")
    ]


@pytest.mark.parametrize("name", ["line.svg", "extra.svg"])
def test_edited_file_prevents_publishing(built, tmp_path, name):
    publish.publish(tmp_path / "site")
    (tmp_path / "site" / name).write_text("mine")
    edit(built / "config.yaml", "line, extra", "line")
    (built / "figures/index.html").write_text("new")
    with pytest.raises(InputError, match=rf"{name}: edited or added since the last `make site`"):
        publish.publish(tmp_path / "site")
    assert (tmp_path / "site" / name).read_text() == "mine"
    assert (tmp_path / "site/index.html").read_text() == "index.html"


@pytest.mark.parametrize("name", ["thesis.tex", "figures.json"])  # the latter as in an export
def test_folder_with_other_files_is_rejected(built, tmp_path, name):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / name).write_text("mine")
    with pytest.raises(InputError, match="mine: not empty and not published before; choose a new"):
        publish.publish(tmp_path / "mine")
    assert [file.name for file in (tmp_path / "mine").iterdir()] == [name]


def test_command_prints_files_or_an_error(built):
    command = [sys.executable, "-m", "figurepress.tools.publish", "site"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert re.fullmatch(r"site: \d+ files\n", done.stdout), done.stderr
    shutil.rmtree(built / "figures")
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1  # a message, no traceback


def test_missing_folder_is_rejected():
    with pytest.raises(InputError, match="TO: missing; give a folder: make site TO=<folder>"):
        publish.main([""])
