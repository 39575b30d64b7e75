"""Which modules, libraries and packages a script imports."""

from pathlib import Path

import pytest

from figurepress.project import imports
from tests.support.projects import write


def local_modules(stem: str) -> set[str]:
    """The paths of the lecture's own modules that the script of a figure imports."""
    return set(map(str, imports.local_modules(Path(f"scripts/{stem}.py"))))


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("import course.losses", {"src/course/__init__.py", "src/course/losses.py"}),
        ("from course.losses import loss", {"src/course/__init__.py", "src/course/losses.py"}),
        ("def f():\n    import helper", {"scripts/helper.py"}),
        ("import plain.losses", {"src/plain/losses.py"}),
        ("from . import x", set()),
        ("import numpy.linalg", set()),
    ],
)
def test_import_finds_local_modules(lecture, statement, expected):
    write("src/course/__init__.py", "")
    write("src/course/losses.py", "")
    write("src/plain/losses.py", "")
    write("scripts/helper.py", "")
    write("scripts/bars.py", statement)
    assert local_modules("bars") == expected


def test_modules_imported_by_modules_are_found(lecture):
    write("src/course/__init__.py", "from .losses import loss")
    write("src/course/losses.py", "import helper\nimport course")
    write("scripts/helper.py", "")
    write("scripts/bars.py", "import course")
    assert {"src/course/losses.py", "scripts/helper.py"} <= local_modules("bars")


def test_libraries_of_local_modules_are_found(lecture):
    assert set(imports.libraries([Path("scripts/waves.py")])) >= {"numpy", "matplotlib.figure"}


def test_script_with_a_syntax_error_imports_nothing(lecture):
    write("scripts/bars.py", "import helper (")
    assert local_modules("bars") == set()
