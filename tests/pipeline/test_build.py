"""What a build makes, what an edit redraws, and what a build leaves alone."""

import json
import os
import py_compile
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from tests.support.projects import PAGES, STEMS, SUFFIXES, Server, append, built_files

DRAW = ("-m", "figurepress.build.draw", "scripts/bars.py", "100", "60")


def out_of_date(build: subprocess.CompletedProcess) -> set[str]:
    """The jobs that a build said it would run; empty if everything was up to date."""
    if "everything is up to date" in build.stdout:
        return set()
    (line,) = [it for it in build.stdout.splitlines() if it.startswith("out of date: ")]
    return set(line.removeprefix("out of date: ").split(", "))


def assert_redraws(server: Server, project: Path, *jobs: str) -> None:
    """The next build runs exactly these jobs and ends well."""
    build = server.build(project)
    assert build.returncode == 0, build.stdout
    assert out_of_date(build) == set(jobs), build.stdout


def test_build_writes_every_file(built):
    assert set(built_files(built)) == {*PAGES, *(stem + end for stem in STEMS for end in SUFFIXES)}


def test_second_build_does_nothing(server, project):
    assert_redraws(server, project)


@pytest.mark.parametrize("file", ["scripts/bars.py", "prompts/bars.md"])
def test_edited_source_redraws_its_figure(server, project, file):
    append(project / file)
    assert_redraws(server, project, "bars", "pages")


def test_edited_module_redraws_its_figures(server, project):
    append(project / "scripts/signals.py")
    assert_redraws(server, project, "waves", "pages")


def test_backdated_edit_is_drawn(server, project):
    script = project / "scripts/bars.py"
    append(script)
    os.utime(script, (0, 0))
    assert_redraws(server, project, "bars", "pages")


def test_edit_after_a_build_in_the_future_is_drawn(server, project):
    for file in (project / "figures").iterdir():
        os.utime(file, (2**32, 2**32))
    append(project / "scripts/bars.py")
    assert_redraws(server, project, "bars", "pages")


def test_touched_source_redraws_nothing(server, project):
    os.utime(project / "scripts/bars.py")
    assert_redraws(server, project)


def test_restored_old_script_is_drawn(server, project):
    script = project / "scripts/bars.py"
    shutil.copy2(script, project / "backup")
    script.write_text(script.read_text().replace("3.0", "4.0"))
    assert server.build(project).returncode == 0
    (project / "backup").rename(script)
    assert_redraws(server, project, "bars", "pages")


def test_new_resolution_redraws_all_figures(server, project):
    config = project / "config.yaml"
    config.write_text(config.read_text().replace("100", "150"))
    assert_redraws(server, project, *STEMS, "pages")


def test_new_order_of_figures_changes_the_pages(server, project):
    config = project / "config.yaml"
    config.write_text(config.read_text().replace("bars, waves", "waves, bars"))
    assert_redraws(server, project, "pages")
    manifest = json.loads((project / "figures/figures.json").read_text())
    assert [figure["stem"] for figure in manifest["figures"]] == ["waves", "bars"]


def test_new_tests_of_a_figure_change_the_page(server, project):
    shutil.copy(project / "tests/figures/test_bars.py", project / "tests/figures/test_waves.py")
    assert_redraws(server, project, "pages")


@pytest.mark.parametrize("name", ["bars.svg", "index.html"])
def test_deleted_file_is_built_again(server, project, name):
    before = built_files(project)
    (project / "figures" / name).unlink()
    assert server.build(project).returncode == 0
    assert built_files(project) == before


def test_moved_project_is_up_to_date(server, project, tmp_path):
    assert_redraws(server, project.rename(tmp_path / "moved"))


def test_copied_project_is_up_to_date(server, project, tmp_path):
    assert_redraws(server, shutil.copytree(project, tmp_path / "copy"))


def test_fresh_copy_without_records_is_built(server, project):
    shutil.rmtree(project / ".build")
    shutil.rmtree(project / ".snakemake")
    assert_redraws(server, project, *STEMS, "pages")


def test_one_figure_is_built_by_its_stem(server, project):
    for stem in STEMS:
        (project / f"figures/{stem}.png").unlink()
    assert server.build(project, "bars").returncode == 0
    assert (project / "figures/bars.png").exists()
    assert not (project / "figures/waves.png").exists()


def test_plain_snakemake_builds_an_edit(server, project):
    script = project / "scripts/bars.py"
    script.write_text(script.read_text().replace("3.0", "4.0"))
    before = built_files(project)
    done = server.run(project, "-m", "snakemake", "--cores", "2")
    assert done.returncode == 0, done.stdout
    changed = {name for name, content in built_files(project).items() if content != before[name]}
    assert changed >= {"bars.svg", "figures.json"}
    assert "waves.svg" not in changed


# What a person edited


@pytest.mark.parametrize("name", ["bars.svg", "bars-dark.png", "index.html", "figures.json"])
def test_edited_output_is_not_overwritten(server, project, name):
    file = project / "figures" / name
    file.write_bytes(file.read_bytes() + b" ")
    append(project / "scripts/bars.py")
    before = built_files(project)
    build = server.build(project)
    assert build.returncode == 2
    assert f"figures/{name}: edited since the last build; undo the edit" in build.stdout
    assert built_files(project) == before


def test_edited_output_is_redrawn_on_request(server, project):
    before = built_files(project)
    append(project / "figures/bars.svg")
    assert server.build(project, "--redraw", "bars").returncode == 0
    assert built_files(project) == before


def test_edited_output_of_a_removed_figure_is_kept(server, project):
    config = project / "config.yaml"
    config.write_text(config.read_text().replace("bars, waves", "bars"))
    append(project / "figures/waves.svg", "<!-- mine -->")
    assert server.build(project).returncode == 0
    assert (project / "figures/waves.svg").read_text().endswith("<!-- mine -->")


def test_file_named_in_a_log_is_kept(server, project):
    (project / "points.txt").write_text("0 0\n")
    (project / "logs/bars.log").write_text(f"{'0' * 64}  points.txt\n")
    append(project / "scripts/bars.py")
    assert server.build(project).returncode == 0
    assert (project / "points.txt").read_text() == "0 0\n"


def test_unknown_file_in_figures_is_kept(server, project):
    (project / "figures/mine.txt").write_text("mine")
    append(project / "scripts/bars.py")
    assert server.build(project).returncode == 0
    assert (project / "figures/mine.txt").read_text() == "mine"


def git(project: Path, *arguments: str) -> None:
    name = ("-c", "user.name=A", "-c", "user.email=a@example.org")
    subprocess.run(["git", *name, *arguments], cwd=project, check=True, capture_output=True)


@pytest.fixture
def repository(project) -> Path:
    """The built sample lecture, committed."""
    (project / ".gitignore").write_text("/.build/\n/.snakemake/\n/logs/\n/figures/*.pdf\n")
    git(project, "init", "-q")
    git(project, "add", "-A")
    git(project, "commit", "-qm", "first")
    return project


def test_restored_figures_are_redrawn(server, repository):
    script = repository / "scripts/bars.py"
    right = script.read_text()
    append(script, "raise ValueError\n")
    assert server.build(repository).returncode == 1
    script.write_text(right.replace("3.0", "4.0"))
    git(repository, "restore", "figures")
    build = server.build(repository)
    assert build.returncode == 0, build.stdout
    assert "bars" in out_of_date(build)
    assert subprocess.run(["git", "diff", "--quiet", "figures/bars.svg"], cwd=repository).returncode


def test_checkout_redraws_changed_figures(server, repository):
    script = repository / "scripts/bars.py"
    script.write_text(script.read_text().replace("3.0", "4.0"))
    assert server.build(repository).returncode == 0
    git(repository, "commit", "-qam", "second")
    git(repository, "checkout", "-q", "HEAD~")
    assert_redraws(server, repository, "bars", "pages")
    assert not subprocess.run(["git", "diff", "--quiet"], cwd=repository).returncode


def test_edited_output_in_a_fresh_clone_is_not_overwritten(server, repository, tmp_path):
    git(tmp_path, "clone", "-q", repository, "clone")
    append(tmp_path / "clone/figures/bars.svg")
    build = server.build(tmp_path / "clone")
    assert build.returncode == 2
    assert "figures/bars.svg: edited since the last build" in build.stdout


def test_old_file_without_a_record_is_set_aside(server, repository):
    old = b"%PDF of an old version"
    (repository / "figures/bars.pdf").write_bytes(old)
    shutil.rmtree(repository / ".build")
    build = server.build(repository)
    assert build.returncode == 0, build.stdout
    (copy,) = (repository / ".build/replaced").iterdir()
    message = "figures/bars.pdf: replaced; the file that was there is now .build/replaced/"
    assert message + copy.name in build.stdout
    assert copy.read_bytes() == old


def test_edit_in_a_copy_without_git_is_set_aside(server, project):
    before = built_files(project)
    append(project / "figures/bars.svg", "<!-- mine -->")
    shutil.rmtree(project / ".build")
    assert server.build(project).returncode == 0
    assert built_files(project) == before
    (copy,) = (project / ".build/replaced").iterdir()
    assert copy.read_text().endswith("<!-- mine -->")


def test_edit_is_set_aside_when_redrawn(server, project):
    append(project / "figures/bars.svg", "<!-- mine -->")
    assert server.build(project, "--redraw", "bars").returncode == 0
    (copy,) = (project / ".build/replaced").iterdir()
    assert copy.read_text().endswith("<!-- mine -->")


# Failures


def test_last_files_come_back_after_a_killed_build(server, project):
    before = built_files(project)
    (project / ".build/kept").mkdir()
    (project / "figures/bars.svg").rename(project / ".build/kept/bars.svg")
    assert_redraws(server, project)
    assert built_files(project) == before


def test_failed_figure_does_not_stop_others(server, project):
    append(project / "scripts/bars.py", "raise ValueError('a reason')\n")
    append(project / "scripts/waves.py")
    build = server.build(project)
    assert build.returncode == 1
    assert build.stdout.count("bars failed") == 1
    assert "bars: failed" not in build.stdout
    end = build.stdout.split("bars failed; ")[1]
    assert end.startswith("logs/bars.log ends with:\nTraceback (most recent call last):\n")
    assert "\nValueError: a reason\n" in end
    assert "prefork" not in end
    assert "waves: done\n" in build.stdout
    assert (project / "figures/waves.svg").exists()
    assert_redraws_after_repair(server, project)


def assert_redraws_after_repair(server: Server, project: Path) -> None:
    script = project / "scripts/bars.py"
    script.write_text(script.read_text().replace("raise ValueError('a reason')\n", ""))
    assert server.build(project).returncode == 0
    assert (project / "figures/bars.svg").exists()


def test_failed_figure_keeps_its_previous_files(server, project):
    before = built_files(project)
    append(project / "scripts/bars.py", "raise ValueError('a reason')\n")
    for _ in range(2):
        build = server.build(project)
        assert "the previous files of bars are unchanged\n" in build.stdout
        assert built_files(project) == before


def test_error_of_a_figure_is_the_only_error(server, project):
    append(project / "scripts/bars.py", "raise ValueError('a reason')\n")
    build = server.build(project)
    assert "RuleException" not in build.stdout
    assert "Error in rule" not in build.stdout
    assert build.stdout.count("Error: ") == 1


def test_unexpected_error_of_snakemake_is_printed(server, project):
    (project / "figures/bars.svg").unlink()
    build = server.build(project, "--config=colour=red")
    assert build.returncode == 1
    assert "config.yaml or --config: colour: unknown key" in build.stdout


def test_every_job_is_named_when_it_ends(server, project):
    append(project / "scripts/bars.py")
    lines = server.build(project).stdout.splitlines()
    assert [line for line in lines if line.endswith(": done")] == ["bars: done", "pages: done"]


def approve(project: Path) -> None:
    """Approve the pictures of all figures."""
    baseline = project / "tests/figures/baseline"
    baseline.mkdir(parents=True)
    for picture in project.glob("figures/*s*.png"):
        shutil.copy(picture, baseline)


def test_unapproved_picture_is_named(server, project):
    approve(project)
    script = project / "scripts/bars.py"
    script.write_text(script.read_text().replace("3.0", "4.0"))
    line = (
        "bars: the picture differs from the approved one; "
        "run make review FIGURE=bars, then make accept FIGURE=bars\n"
    )
    assert line in server.build(project).stdout
    assert line in server.build(project).stdout, "a second build names it again"
    assert line not in server.build(project, "waves").stdout


def test_approved_picture_is_not_mentioned(server, project):
    approve(project)
    prompt = project / "prompts/bars.md"
    prompt.write_text(prompt.read_text().replace("alt: ", "alt: Now "))  # in the PNG, invisible
    build = server.build(project)
    assert build.returncode == 0
    assert "approved" not in build.stdout


def test_figure_without_an_entry_is_named(server, project):
    shutil.copy(project / "prompts/bars.md", project / "prompts/columns.md")
    shutil.copy(project / "scripts/bars.py", project / "scripts/columns.py")
    line = "columns: has a prompt and a script, but config.yaml does not list it; add it there\n"
    assert line in server.build(project).stdout


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("raise SystemExit(0)", "bars.py: ended without writing bars.svg, bars.png"),
        ("import os; os._exit(3)", "bars failed; logs/bars.log ends with:\nnothing\n"),
        ("import os; os.kill(os.getpid(), 9)", "bars failed; logs/bars.log ends with:\nnothing\n"),
    ],
)
def test_early_exit_of_a_script_is_explained(server, project, code, reason):
    script = project / "scripts/bars.py"
    script.write_text(script.read_text().replace("    main(", f"    {code}\n    main("))
    build = server.build(project)
    assert build.returncode == 1
    assert reason in build.stdout


def test_source_saved_during_drawing_is_noticed(server, project):
    script = project / "scripts/bars.py"
    saves = "    open('prompts/bars.md', 'a').write(' ')\n    return Numbers("
    script.write_text(script.read_text().replace("    return Numbers(", saves))
    build = server.build(project)
    assert build.returncode == 1
    assert "bars.py: a source was saved while the figure was drawn; run make again" in build.stdout


def test_second_build_stops_at_once(server, project):
    append(project / "scripts/bars.py", "import time; time.sleep(60)\n")
    (project / "logs/bars.log").unlink()  # of the build before
    first = server.begin(project, "-m", "figurepress.build")
    while not (project / "logs/bars.log").exists():
        time.sleep(0.02)
    second = server.build(project)
    os.killpg(first.pid, 9)
    first.communicate()
    assert second.returncode == 2
    assert second.stdout == "another build is running in this folder; wait until it ends\n"


def test_configuration_error_stops_before_any_job(server, project):
    append(project / "config.yaml", "colour: red\n")
    before = built_files(project)
    build = server.build(project)
    assert build.returncode == 2
    assert build.stdout.startswith("config.yaml: colour: unknown key; remove it")
    assert built_files(project) == before


def test_warning_of_a_figure_is_printed(server, project):
    script = project / "scripts/bars.py"
    warns = "    import warnings; warnings.warn('mind the gap')\n    return Numbers("
    script.write_text(script.read_text().replace("    return Numbers(", warns))
    build = server.build(project)
    assert build.returncode == 0
    assert "bars.py, line 23: warning: mind the gap (UserWarning)" in build.stdout


def test_script_failing_after_writing_is_rerun(server, project):
    append(project / "scripts/bars.py", "raise ValueError('a reason')\n")
    for _ in range(2):
        assert server.build(project).returncode == 1


# Files that a figure reads


@pytest.fixture
def reads_data(project) -> Path:
    """The sample lecture, whose figure bars now reads data/points.csv."""
    (project / "data/points.csv").write_text("1 2\n")
    prepend(project / "scripts/bars.py", "import numpy\nnumpy.loadtxt('data/points.csv')\n")
    return project


def prepend(file: Path, text: str) -> None:
    file.write_text(text + file.read_text())


def declare(project: Path, needs: str) -> None:
    prompt = project / "prompts/bars.md"
    prompt.write_text(prompt.read_text().replace("claims:", f"needs: {needs}\nclaims:"))


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("open('data/points.csv')", "data/points.csv"),
        ("open(b'data/points.csv', 'r+')", "data/points.csv"),
        ("import os; os.chdir('data'); open('points.csv')", "data/points.csv"),
        ("open('data/link.csv')", "../outside.csv, data/link.csv"),
        ("open('../outside.csv')", "../outside.csv"),
        ("import glob; glob.glob('data/*.txt')", "data"),
        ("import importlib; importlib.import_module('signals')", "scripts/signals.py"),
    ],
)
def test_undeclared_source_is_named(server, reads_data, code, name):
    (reads_data.parent / "outside.csv").write_text("1 2\n")
    (reads_data / "data/link.csv").symlink_to("../../outside.csv")
    script = reads_data / "scripts/bars.py"
    script.write_text(script.read_text().replace("numpy.loadtxt('data/points.csv')", code))
    output = server.run(reads_data, *DRAW, "figures/bars.svg").stdout
    assert f"bars.py: reads {name}; " in output
    assert "list it in prompts/bars.md under `needs:`" in output


def test_undeclared_file_fails_the_build(server, reads_data):
    build = server.build(reads_data)
    assert build.returncode == 1
    assert "bars.py: reads data/points.csv; list it in prompts/bars.md" in build.stdout


def test_undeclared_module_is_named_despite_its_bytecode(server, project):
    py_compile.compile(project / "scripts/signals.py")
    prepend(project / "scripts/bars.py", "__import__('signals')\n")
    output = server.run(project, *DRAW, "figures/bars.svg").stdout
    assert "bars.py: reads scripts/signals.py; list it" in output


def test_file_in_a_declared_folder_is_a_source(server, reads_data):
    declare(reads_data, "[data]")
    prepend(reads_data / "scripts/bars.py", "import os; os.listdir('data')\n")
    assert_redraws(server, reads_data, "bars", "pages")
    (reads_data / "data/more.csv").write_text("1 2\n")
    assert_redraws(server, reads_data, "bars", "pages")


def test_edit_of_a_declared_file_redraws_its_figure(server, reads_data):
    declare(reads_data, "[data/points.csv]")
    assert_redraws(server, reads_data, "bars", "pages")
    (reads_data / "data/points.csv").write_text("3 4\n")
    assert_redraws(server, reads_data, "bars", "pages")


def test_missing_declared_file_is_rejected(server, project):
    declare(project, "[data/points.csv]")
    build = server.build(project)
    assert build.returncode == 2
    message = "prompts/bars.md: needs: 'data/points.csv': no such file; create it or remove the"
    assert message in build.stdout


def test_time_limit_stops_a_script(server, project):
    append(project / "config.yaml", "time_limit: 1\n")
    script = project / "scripts/bars.py"
    script.write_text(f"import time\ntime.sleep(30)\n{script.read_text()}")
    build = server.build(project)
    assert build.returncode == 1
    message = "took longer than 1 s; to allow more, set `time_limit:` in prompts/bars.md"
    assert f"bars.py, line 2: {message}" in build.stdout
