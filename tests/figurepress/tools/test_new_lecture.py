"""A new lecture: its files, and input that is rejected before anything is written."""

import pytest

from figurepress.command_line import MACHINERY
from figurepress.project import config
from figurepress.project.validated_files import InputError
from figurepress.tools.new_lecture import create


@pytest.fixture
def machinery(tmp_path, monkeypatch):
    """The machinery in a folder without spaces, whatever the name of the clone's folder."""
    folder = tmp_path / "machinery"
    folder.symlink_to(MACHINERY)
    monkeypatch.setattr("figurepress.tools.new_lecture.MACHINERY", folder)
    return folder


@pytest.mark.usefixtures("machinery")
def test_new_lecture_has_its_title(tmp_path, monkeypatch):
    create(tmp_path / "lecture", 'Optimisers: "é" \\ #')
    monkeypatch.chdir(tmp_path / "lecture")
    assert config.read().title == 'Optimisers: "é" \\ #'


def test_makefile_finds_the_machinery(tmp_path, machinery):
    create(tmp_path / "lecture", "Optimisers")
    place = (tmp_path / "lecture/Makefile").read_text().splitlines()[0].split(" := ")[1]
    assert (tmp_path / "lecture" / place).samefile(machinery)


def test_folder_with_files_is_refused(tmp_path):
    (tmp_path / "notes.md").touch()
    with pytest.raises(InputError, match=r"^TO: .* exists and is not empty; choose"):
        create(tmp_path, "Optimisers")
    assert [file.name for file in tmp_path.iterdir()] == ["notes.md"]


def test_machinery_that_make_cannot_include_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("figurepress.tools.new_lecture.MACHINERY", tmp_path / "my machinery")
    with pytest.raises(InputError, match=r"make cannot include .../my machinery.,"):
        create(tmp_path / "lecture", "Optimisers")
