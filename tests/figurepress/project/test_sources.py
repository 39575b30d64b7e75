"""Which files a figure is made from, and when their digest changes."""

from pathlib import Path

from figurepress.project import sources
from tests.support.projects import edit, write


def local_sources(stem: str) -> set[str]:
    """The sources of a figure that belong to the lecture; the machinery has absolute paths."""
    return {str(file) for file in sources.of_figure(stem) if not file.is_absolute()}


def test_script_prompt_and_imported_module_are_sources(lecture):
    assert local_sources("waves") == {
        "scripts/waves.py",
        "prompts/waves.md",
        "scripts/signals.py",
        "data/waves.npz",
    }


def test_code_that_draws_and_versions_of_packages_are_sources(lecture):
    names = {file.name for file in sources.of_figure("bars") if file.is_absolute()}
    assert {"palette.py", "figurepress.mplstyle", "render.py", "draw.txt", "torch.txt"} <= names
    assert "preview.py" not in names  # does not draw


def test_modules_are_those_of_the_lecture_without_scripts_of_figures(lecture):
    write("src/course/__init__.py", "")
    write("src/course/losses.py", "import figurepress.look, numpy, waves")
    write("scripts/bars.py", "import course.losses")
    found = sources.modules(["bars", "waves"])
    assert list(map(str, found)) == ["scripts/signals.py", "src/course/losses.py"]


def test_digest_depends_only_on_content(lecture):
    file = Path("scripts/bars.py")
    before = sources.digest_of_files([file])
    file.touch()
    assert sources.digest_of_files([file]) == before
    file.write_text("other")
    assert sources.digest_of_files([file]) != before
    file.unlink()
    assert sources.digest_of_files([file]) != before


def test_digest_changes_with_the_resolution(lecture):
    assert sources.digest_of_figure("bars", 100) != sources.digest_of_figure("bars", 101)


def test_hidden_files_are_not_sources(lecture):
    edit("prompts/bars.md", "claims:", "needs: [data]\nclaims:")
    for name in ("data/points.csv", "data/.hidden", "data/__pycache__/a.pyc", "data/in/a.csv"):
        write(name, "")
    assert {"data/points.csv", "data/in/a.csv"} <= local_sources("bars")
    assert not local_sources("bars") & {"data/.hidden", "data/__pycache__/a.pyc"}
