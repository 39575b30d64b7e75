"""A figure is rewritten from its prompt alone and compared with its original."""

import re
import shutil
from pathlib import Path

import pytest

from figurepress.project.validated_files import InputError
from figurepress.tools import blind_rewrite
from tests.support.projects import append, edit, sample_project


@pytest.fixture
def copy(lecture) -> Path:
    """A copy of the sample lecture without the figure bars."""
    blind_rewrite.prepare("bars", Path(".build/blind/bars"))
    return Path(".build/blind/bars")


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Path:
    """The sample lecture, and its figure bars rewritten with one wrong height."""
    project = sample_project(tmp_path_factory.mktemp("blind") / "lecture")
    test = "\n\ndef test_first_bar(numbers):\n    assert numbers.heights[0] == 1\n"
    append(project / "tests/figures/test_bars.py", test)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(project)
        blind_rewrite.main(["prepare", "bars"])
        rewritten = shutil.copy("scripts/bars.py", ".build/blind/bars/scripts")
        edit(rewritten, "(1.0,", "(1.5,")
    return project


@pytest.fixture
def report(project, monkeypatch, capsys) -> list[str]:
    """What a comparison prints; both scripts run once for all tests."""
    monkeypatch.chdir(project)
    saved = Path("report")
    if not saved.exists():
        blind_rewrite.main(["check", "bars"])
        saved.write_text(capsys.readouterr().out)
    return saved.read_text().splitlines()


def test_copy_does_not_reveal_the_figure(copy):
    assert [file.name for file in copy.rglob("*bars*")] == ["bars.md"]
    assert not (copy / "figures").exists()


def test_copy_has_the_rest_of_the_project(copy):
    for name in ("config.yaml", "Snakefile", "scripts/waves.py", "prompts/waves.md"):
        assert (copy / name).read_bytes() == Path(name).read_bytes()


def test_existing_folder_is_rejected(copy):
    with pytest.raises(InputError, match=r"^TO: '.build/blind/bars': exists already; move it away"):
        blind_rewrite.main(["prepare", "bars"])


def test_folder_in_the_project_is_rejected(lecture):
    with pytest.raises(InputError, match=r"^TO: 'scripts/copy': is in the project; choose"):
        blind_rewrite.main(["prepare", "bars", "scripts/copy"])


def test_failing_script_is_reported(copy):
    Path("scripts/bars.py").write_text("def compute(): return {'height': 1.0}\n")
    (copy / "scripts/bars.py").write_text("1 / 0\n")
    with pytest.raises(InputError, match=r"(?s)bars/scripts/bars.py: ended with an .*by zero$"):
        blind_rewrite.main(["check", "bars"])


@pytest.mark.slow
def test_fields_that_differ_are_listed(report):
    assert report[0] == "fields: 0 of 1 are equal"
    assert report[1] == "  heights: original 1, 3, 2; rewritten 1.5, 3, 2; largest difference 0.5"


@pytest.mark.slow
def test_tests_of_the_original_are_counted(report):
    assert re.match(r"tests: 1 failed, 1 passed\b", report[2])
    assert report[3].startswith("  FAILED tests/figures/test_bars.py::test_first_bar")
    assert not Path(".build/blind/bars/tests/figures/test_bars.py").exists()


@pytest.mark.slow
def test_page_shows_both_pictures_in_each_theme(report):
    page = Path("results/blind.html").read_text()
    assert re.findall(r'alt="(\w+)"', page) == ["original", "rewritten"] * 2
    pictures = re.findall(r'src="(data:image/png;base64,[^"]+)"', page)
    assert len(set(pictures)) == 4  # all are different
    assert "<td>heights<td>1, 3, 2<td>1.5, 3, 2<td>0.5" in page
