"""What an edit rebuilds, and what stops a build or a script."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.support.projects import FIGURES, ROOT, edit, snakemake, stand_in

PAGE = {"figures.json", "index.html", "overview.png", "overview-dark.png"}


def planned(project: Path) -> set[str]:
    """The figures that the next build would draw."""
    summary = snakemake(project, "--summary")
    assert summary.returncode == 0, summary.stderr
    rows = [row.split("\t") for row in summary.stdout.splitlines()[1:]]
    files = [Path(row[0]) for row in rows if row[-1] != "no update"]
    return {file.stem.removesuffix("-dark") for file in files if file.name not in PAGE}


@pytest.fixture
def project(built, tmp_path):
    """A built project of the test's own, to break."""
    return shutil.copytree(built, tmp_path / "project")


def refused(project: Path, *messages: str) -> None:
    """A build stops before any job, with these messages and no traceback."""
    before = {file: file.stat().st_mtime_ns for file in (project / "figures").iterdir()}
    build = snakemake(project)
    assert build.returncode != 0
    for message in messages:
        assert message in build.stderr
    assert "Traceback" not in build.stderr
    assert ", line " not in build.stderr
    assert {file: file.stat().st_mtime_ns for file in (project / "figures").iterdir()} == before


def test_build_makes_every_form_of_every_figure(built):
    made = {file.name for file in (built / "figures").iterdir()}
    suffixes = [".svg", ".png", ".pdf", "-dark.svg", "-dark.png"]
    assert made == PAGE | {stem + suffix for stem in FIGURES for suffix in suffixes}


def test_nothing_to_do_after_a_build(built):
    assert planned(built) == set()
    again = snakemake(built, "--dry-run")
    assert "Nothing to be done" in again.stderr


@pytest.mark.parametrize(
    "file", ["scripts/logistic_loss_curve.py", "prompts/logistic_loss_curve.md"]
)
def test_edited_script_or_prompt_plans_its_figure_alone(project, file):
    edit(project / file, r"\Z", "\n")
    assert planned(project) == {"logistic_loss_curve"}


@pytest.mark.parametrize("file", ["palette.py", "lecture.mplstyle"])
def test_edited_helper_plans_all_figures(project, file):
    edit(project / "scripts/lecture" / file, r"\Z", "\n")
    assert planned(project) == set(FIGURES)


def test_edited_template_makes_the_page_anew_and_draws_nothing(project):
    stand_in(project)
    edit(project / "page/gallery.html.jinja", "<footer>", "<footer><p>by me</p>")
    assert planned(project) == set()
    assert snakemake(project).returncode == 0
    assert "<p>by me</p>" in (project / "figures/index.html").read_text()


def test_tests_of_a_figure_written_later_are_counted_on_the_page(project):
    stand_in(project)
    (project / "tests").mkdir()
    shutil.copy(ROOT / "tests/test_logistic_loss_curve.py", project / "tests")
    page = project / "figures/index.html"
    assert "8 claims, guarded by no tests" in page.read_text()
    assert snakemake(project).returncode == 0
    assert "8 claims, guarded by no tests" not in page.read_text()


def test_one_figure_is_built_by_its_stem(project):
    stand_in(project, *FIGURES)
    for stem in FIGURES:
        (project / "figures" / f"{stem}.png").unlink()
    assert snakemake(project, "logistic_loss_curve").returncode == 0
    assert (project / "figures/logistic_loss_curve.png").exists()
    assert not (project / "figures/quadratic_loss_curve.png").exists()


def test_failed_figure_is_named_with_its_traceback_and_stops_no_other(project):
    stand_in(project, *FIGURES)
    edit(project / "scripts/quadratic_loss_curve.py", '"<svg>"', "wrong")
    build = snakemake(project)
    assert build.returncode != 0
    assert "NameError: name 'wrong' is not defined" in build.stderr
    assert "quadratic_loss_curve failed: NameError: name 'wrong' is not defined" in build.stdout
    assert planned(project) == {"quadratic_loss_curve"}


def test_all_faults_of_the_configuration_are_named_at_once(project):
    edit(project / "config.yaml", r"dpi: 200", "dpi: high\ncolour: red")
    edit(project / "config.yaml", r"pdf\]", "gif]")
    edit(project / "config.yaml", r"figures: \[", "figures: [../x, ")
    refused(
        project,
        "config.yaml: figures.0: '../x': not a figure's stem",
        "config.yaml: formats.2: 'gif': Input should be 'svg', 'png' or 'pdf'",
        "config.yaml: dpi: 'high': Input should be a valid integer",
        "config.yaml: colour: unknown key; remove it (known: figures, formats, themes, dpi)",
    )


def test_configuration_with_a_key_twice_is_refused(project):
    edit(project / "config.yaml", r"\Z", "dpi: 100\n")
    refused(project, "config.yaml: line", 'found duplicate key "dpi"')


def test_figure_without_script_is_refused(project):
    edit(project / "config.yaml", r"figures: \[", "figures: [no_such_figure, ")
    refused(
        project,
        "config.yaml: figures: 'no_such_figure': no such figure; write scripts/no_such_figure.py",
    )


def test_figure_without_prompt_is_refused(project):
    (project / "prompts/logistic_loss_curve.md").unlink()
    refused(project, "prompts/logistic_loss_curve.md: missing; write it; README.md")


def test_prompt_without_a_field_is_refused(project):
    edit(project / "prompts/logistic_loss_curve.md", r"\nalt: >-", "\nalternative: >-")
    refused(
        project,
        "prompts/logistic_loss_curve.md: alt: missing; add it",
        "prompts/logistic_loss_curve.md: alternative: unknown key; remove it (known: number",
    )


def test_caption_with_bad_mathematics_is_refused(project):
    edit(project / "prompts/logistic_loss_curve.md", r"\\approx", r"\\aprox")
    edit(project / "prompts/quadratic_loss_curve.md", r"\\hat\{y\}", r"\\hat{y")
    refused(
        project,
        r"prompts/logistic_loss_curve.md: caption: $\log 2 \aprox 0.693$: unknown command \aprox",
        r"prompts/quadratic_loss_curve.md: caption: $r = \hat{y - y$: '{' without its counterpart",
    )


def test_script_runs_alone_and_writes_only_what_is_named(tmp_path):
    run = subprocess.run(
        [sys.executable, ROOT / "scripts/quadratic_loss_curve.py", "x.png", "x-dark.svg"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
    assert {file.name for file in tmp_path.iterdir()} == {"x.png", "x-dark.svg"}


@pytest.mark.parametrize(
    "source",
    [
        "prompts/quadratic_loss_curve.md",
        pytest.param("scripts/quadratic_loss_curve.py", marks=pytest.mark.slow),
        pytest.param("scripts/lecture/lecture.mplstyle", marks=pytest.mark.slow),
        pytest.param("scripts/lecture/svg.py", marks=pytest.mark.slow),
    ],
)
def test_figure_saved_while_it_is_drawn_is_not_written(project, source):
    saves = f"open({source!r}, 'a').write(' '); return residual**2"
    edit(project / "scripts/quadratic_loss_curve.py", r"return residual\*\*2", saves)
    before = {file: file.read_bytes() for file in (project / "figures").glob("quad*.svg")}
    run = subprocess.run(
        [sys.executable, "scripts/quadratic_loss_curve.py", *before],
        cwd=project,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 1
    assert run.stderr == (
        f"quadratic_loss_curve.py: {source}: saved while the figure was drawn; "
        "draw it again; no file was changed\n"
    )
    assert {file: file.read_bytes() for file in before} == before


def test_save_of_another_figure_stops_no_drawing(project):
    saves = "open('scripts/logistic_loss_curve.py', 'a').write(' '); return residual**2"
    edit(project / "scripts/quadratic_loss_curve.py", r"return residual\*\*2", saves)
    drawn = [sys.executable, "scripts/quadratic_loss_curve.py", "figures/x.svg"]
    assert subprocess.run(drawn, cwd=project).returncode == 0


def test_swap_file_of_an_editor_plans_nothing(project):
    (project / "scripts/lecture/.style.py.swp").touch()
    assert planned(project) == set()
