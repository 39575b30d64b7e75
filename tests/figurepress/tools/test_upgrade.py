"""The report of `make upgrade` compares the builds before and after."""

from collections.abc import Callable
from pathlib import Path

import pytest

from figurepress.project.validated_files import InputError
from figurepress.tools import upgrade
from tests.figurepress.tools.conftest import save_picture
from tests.support.projects import STEMS

NO_FIGURE_CHANGED = ["bars: unchanged", "waves: unchanged"]


def compute(number: float) -> str:
    """The text of a script that computes a number."""
    return f"def compute(): return {{'loss': {number!r}}}"


@pytest.fixture
def report(lecture, monkeypatch, capsys):
    """Upgrades the sample lecture, and returns the report.

    Nothing is installed or built. In place of the build, `change` does what new packages would do.
    """
    for name in ("draw", "dev", "cluster", "torch"):
        file = lecture / f"envs/{name}.txt"
        file.parent.mkdir(exist_ok=True)
        file.write_text(f"{name}==1.0\n")
    for stem in STEMS:
        Path(f"scripts/{stem}.py").write_text(compute(0.5))
        save_picture(f"figures/{stem}.png")
        save_picture(f"figures/{stem}-dark.png")

    def report(change: Callable[[], object]) -> list[str]:
        def run(*command: str) -> None:
            """Replace `upgrade.run`, which compiles the lists, installs and builds."""
            if "figurepress.build" in command:
                change()

        monkeypatch.setattr(upgrade, "run", run)
        upgrade.main([])
        written = Path("results/upgrade.txt").read_text()
        assert capsys.readouterr().out == written
        return written.splitlines()

    return report


def test_package_with_another_version_is_listed(report):
    lines = report(lambda: Path("envs/torch.txt").write_text("torch==1.1\n"))
    assert lines == ["torch: 1.0 -> 1.1", *NO_FIGURE_CHANGED]


def test_changed_pixels_are_counted(report):
    lines = report(lambda: save_picture("figures/bars-dark.png", (3, 7), (4, 7)))
    change = "  bars-dark.png: changed, 2 pixels in rows 3 to 4, columns 7 to 7"
    assert lines[1:] == ["bars: changed", change, "waves: unchanged"]


def test_change_in_the_last_digits_of_a_number_is_reported(report):
    lines = report(lambda: Path("scripts/bars.py").write_text(compute(0.5 + 2**-40)))
    change = "  loss: 0.5 -> 0.5, by at most 9.09e-13"
    assert lines[1:] == ["bars: changed", change, "waves: unchanged"]


def test_failing_script_is_named(report):
    Path("scripts/bars.py").write_text("1 / 0")
    with pytest.raises(InputError, match=r"scripts/bars\.py: ended with an error: Zero"):
        report(lambda: None)


def test_lists_are_restored_if_installing_fails(report, monkeypatch):
    def run(*command: str) -> None:
        """Replace `upgrade.run`: change a list, and fail when packages would be installed."""
        Path("envs/torch.txt").write_text("torch==1.1\n")
        if upgrade.INSTALL in command:
            raise SystemExit(1)

    monkeypatch.setattr(upgrade, "run", run)
    with pytest.raises(SystemExit):
        upgrade.main([])
    assert Path("envs/torch.txt").read_text() == "torch==1.0\n"
