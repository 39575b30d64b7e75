"""What a build makes, what an edit redraws, and what a build leaves alone."""

import os
import py_compile
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.projects import (
    PAGES,
    STEMS,
    SUFFIXES,
    append,
    built_files,
    commit,
    edit,
    git,
    out_of_date,
    write,
)

# The jobs of a build after a change of one figure, and of all.
BARS = ["bars", "pages"]
WAVES = ["waves", "pages"]
ALL = [*STEMS, "pages"]


def test_build_writes_every_file(built):
    assert set(built_files(built)) == {*PAGES, *(stem + end for stem in STEMS for end in SUFFIXES)}


def backdate(project: Path) -> None:
    append(project / "scripts/bars.py")
    os.utime(project / "scripts/bars.py", (0, 0))


def date_in_the_future(project: Path) -> None:
    append(project / "scripts/bars.py")
    year_2106 = 2**32
    for file in (project / "scripts/bars.py", *(project / "figures").iterdir()):
        os.utime(file, (year_2106, year_2106))


def add_tests(project: Path) -> None:
    shutil.copy(project / "tests/figures/test_bars.py", project / "tests/figures/test_waves.py")


def forget_records(project: Path) -> None:
    shutil.rmtree(project / ".build")
    shutil.rmtree(project / ".snakemake")


@pytest.mark.parametrize(
    ("change", "jobs"),
    [
        pytest.param(lambda project: None, [], id="nothing"),
        pytest.param(lambda project: append(project / "scripts/bars.py"), BARS, id="script"),
        pytest.param(lambda project: append(project / "prompts/bars.md"), BARS, id="prompt"),
        pytest.param(lambda project: append(project / "scripts/signals.py"), WAVES, id="module"),
        pytest.param(lambda project: os.utime(project / "scripts/bars.py"), [], id="touched"),
        pytest.param(backdate, BARS, id="backdated"),
        pytest.param(date_in_the_future, BARS, id="dated in the future"),
        pytest.param(
            lambda project: edit(project / "config.yaml", "bars, waves", "waves, bars"),
            ["pages"],
            id="order of figures",
        ),
        pytest.param(add_tests, ["pages"], id="tests of a figure"),
        pytest.param(forget_records, ALL, id="fresh copy without records"),
    ],
)
def test_change_redraws_what_depends_on_it(server, project, change, jobs):
    change(project)
    server.assert_redraws(project, *jobs)


def test_restored_old_script_is_drawn(server, project):
    script = project / "scripts/bars.py"
    shutil.copy2(script, project / "backup")  # keeps the time, which is before both builds
    edit(script, "3.0", "4.0")
    assert server.build(project).returncode == 0
    (project / "backup").rename(script)
    server.assert_redraws(project, *BARS)


def test_edit_of_same_size_and_time_is_drawn(server, project):
    """Python runs cached bytecode if size and time of the source are those of the cached one."""
    module = project / "scripts/signals.py"
    py_compile.compile(module)
    times = module.stat()
    edit(module, "2 * np.pi", "8 * np.pi")
    os.utime(module, ns=(times.st_atime_ns, times.st_mtime_ns))
    before = (project / "figures/waves.svg").read_bytes()
    assert server.build(project).returncode == 0
    assert (project / "figures/waves.svg").read_bytes() != before


@pytest.mark.parametrize("name", ["bars.svg", "index.html"])
def test_deleted_file_is_built_again(server, project, name):
    before = built_files(project)
    (project / "figures" / name).unlink()
    assert server.build(project).returncode == 0
    assert built_files(project) == before


@pytest.mark.parametrize("transfer", [shutil.move, shutil.copytree])
def test_project_in_another_place_is_up_to_date(server, project, tmp_path, transfer):
    transfer(project, tmp_path / "other")
    server.assert_redraws(tmp_path / "other")


def test_one_figure_is_built_by_its_stem(server, project):
    for stem in STEMS:
        (project / f"figures/{stem}.png").unlink()
    assert server.build(project, "bars").returncode == 0
    assert (project / "figures/bars.png").exists()
    assert not (project / "figures/waves.png").exists()


def test_plain_snakemake_builds_an_edit(server, project):
    edit(project / "scripts/bars.py", "3.0", "4.0")
    before = built_files(project)
    done = server.run(project, "-m", "snakemake", "--cores", "2")
    assert done.returncode == 0, done.stdout
    changed = {name for name, content in built_files(project).items() if content != before[name]}
    assert changed >= {"bars.svg", "figures.json"}
    assert "waves.svg" not in changed


def test_plain_snakemake_has_nothing_to_do_after_a_build(server, project):
    append(project / "scripts/bars.py")
    assert server.build(project).returncode == 0
    done = server.run(project, "-m", "snakemake", "--dry-run")
    assert "Nothing to be done" in done.stdout, done.stdout


def test_plain_snakemake_restores_files_of_a_failed_figure(project):
    append(project / "scripts/bars.py", "raise ValueError('a reason')\n")
    before = built_files(project)
    # Not in the server: its forks skip atexit functions, such as the one that restores files.
    command = [sys.executable, "-m", "snakemake", "--cores", "2"]
    done = subprocess.run(command, cwd=project, capture_output=True)
    assert done.returncode
    assert built_files(project) == before


def test_plain_snakemake_keeps_an_edited_output(server, project):
    edit(project / "scripts/bars.py", "3.0", "4.0")
    append(project / "figures/bars.svg", "<!-- by hand -->")
    before = built_files(project)
    done = server.run(project, "-m", "snakemake", "--cores", "2")
    assert done.returncode
    assert "figures/bars.svg: edited since the last build; undo the edit" in done.stdout
    assert "Traceback" not in done.stdout
    assert built_files(project) == before


def test_snakemake_report_contains_every_picture(server, project):
    done = server.run(project, "-m", "snakemake", "--report", "report.html")
    assert done.returncode == 0, done.stdout
    report = (project / "report.html").read_text()
    pictures = [stem + end for stem in STEMS for end in (".svg", ".png", ".pdf")]
    assert [name for name in pictures if name not in report] == []


def test_snakemake_builds_a_lecture_in_another_folder(server, project, tmp_path):
    (project / "figures/bars.svg").unlink()
    options = ("--cores", "2", "--snakefile", str(project / "Snakefile"))
    done = server.run(tmp_path, "-m", "snakemake", *options, "--directory", str(project))
    assert done.returncode == 0, done.stdout
    server.assert_redraws(project)
    # Without --directory, Snakemake builds the lecture in the current folder.
    done = server.run(tmp_path, "-m", "snakemake", *options)
    assert done.returncode == 1
    assert "config.yaml: missing; restore it with git, or run the command in" in done.stdout


# What a person edited


@pytest.mark.parametrize("name", ["bars-dark.png", "index.html"])
def test_edited_output_is_not_overwritten(server, project, name):
    file = project / "figures" / name
    file.write_bytes(file.read_bytes() + b" ")
    append(project / "scripts/bars.py")
    before = built_files(project)
    build = server.build(project)
    assert build.returncode == 2
    assert f"figures/{name}: edited since the last build; undo the edit" in build.stdout
    assert built_files(project) == before


def test_edited_output_of_another_figure_does_not_stop_a_build(server, project):
    append(project / "figures/waves.svg", "<!-- mine -->")
    append(project / "scripts/bars.py")
    build = server.build(project, "bars")
    assert build.returncode == 0
    assert "figures/index.html is out of date; run make to update it" in build.stdout
    assert "<!-- mine -->" in (project / "figures/waves.svg").read_text()


def test_check_finds_an_edited_file(server, project):
    append(project / "figures/bars.svg", "<!-- mine -->")
    done = server.run(project, "-m", "figurepress.tools.check_clean_build", "--cores", "2")
    assert done.returncode == 1
    line = "figures/bars.svg: differs from a clean build; run make, or undo the edit\n"
    assert done.stdout.endswith(line)


def test_redrawing_an_edited_output_keeps_a_copy(server, project):
    before = built_files(project)
    append(project / "figures/bars.svg", "<!-- mine -->")
    assert server.build(project, "--redraw", "bars").returncode == 0
    assert built_files(project) == before
    (copy,) = (project / ".build/replaced").iterdir()
    assert copy.read_text().endswith("<!-- mine -->")


def test_edited_output_of_a_removed_figure_is_kept(server, project):
    edit(project / "config.yaml", "bars, waves", "bars")
    append(project / "figures/waves.svg", "<!-- mine -->")
    assert server.build(project).returncode == 0
    assert (project / "figures/waves.svg").read_text().endswith("<!-- mine -->")


def test_unknown_file_in_figures_is_kept(server, project):
    (project / "figures/mine.txt").write_text("mine")
    (project / "logs/bars.log").write_text(f"{'0' * 64}  figures/mine.txt\n")  # not a record
    append(project / "scripts/bars.py")
    assert server.build(project).returncode == 0
    assert (project / "figures/mine.txt").read_text() == "mine"


def test_folder_in_place_of_an_output_is_reported(server, project):
    (project / "figures/bars.svg").unlink()
    (project / "figures/bars.svg").mkdir()
    build = server.build(project)
    assert build.returncode == 2
    assert build.stdout.startswith("figures/bars.svg: is not a file; move it away\n")


@pytest.fixture
def repository(project) -> Path:
    """The built sample lecture, committed."""
    (project / ".gitignore").write_text("/.build/\n/.snakemake/\n/logs/\n/figures/*.pdf\n")
    commit(project)
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
    assert git(repository, "diff", "figures/bars.svg") != ""


def test_checkout_redraws_changed_figures(server, repository):
    edit(repository / "scripts/bars.py", "3.0", "4.0")
    assert server.build(repository).returncode == 0
    git(repository, "commit", "-qam", "second")
    git(repository, "checkout", "-q", "HEAD~")
    server.assert_redraws(repository, *BARS)
    assert git(repository, "diff") == ""


def test_old_file_without_a_record_is_kept(server, repository):
    old = b"%PDF of an old version"
    (repository / "figures/bars.pdf").write_bytes(old)
    shutil.rmtree(repository / ".build")
    build = server.build(repository)
    assert build.returncode == 0, build.stdout
    (copy,) = (repository / ".build/replaced").iterdir()
    message = "figures/bars.pdf: replaced; the previous file is now .build/replaced/"
    assert message + copy.name in build.stdout
    assert copy.read_bytes() == old


# Failures


def test_previous_files_are_restored_after_a_killed_build(server, project):
    before = built_files(project)
    # As after a build that was killed while it drew bars.
    (project / ".build/kept").mkdir()
    (project / "figures/bars.svg").rename(project / ".build/kept/bars.svg")
    server.assert_redraws(project)
    assert built_files(project) == before


def test_failed_figure_does_not_stop_others(server, project):
    append(project / "scripts/bars.py", "raise ValueError('a reason')\n")
    append(project / "scripts/waves.py")
    build = server.build(project)
    assert build.returncode == 1
    assert build.stdout.count("bars failed; logs/bars.log ends with:\nTraceback (most recent") == 1
    assert build.stdout.count("\nValueError: a reason\n") == 1
    assert build.stdout.count("Error: ") == 1, "Snakemake's own message is printed as well"
    assert "waves: done\n" in build.stdout


def test_failed_figure_keeps_its_previous_files(server, project):
    before = built_files(project)
    append(project / "scripts/bars.py", "raise ValueError('a reason')\n")
    for _ in range(2):  # the second build starts from the restored files
        assert "the previous files of bars are unchanged\n" in server.build(project).stdout
        assert built_files(project) == before


def test_failed_figure_keeps_its_previous_animation(server, project):
    script = project / "scripts/bars.py"
    edit(project / "prompts/bars.md", "claims:", "frames_per_second: 2\nclaims:")
    edit(script, "draw)", "draw, lambda numbers: [draw(numbers)])")
    assert server.build(project).returncode == 0
    before = built_files(project)
    # The script empties the existing file, which main() would replace.
    empty_and_fail = "    open('figures/bars.gif', 'w').close()\n    return 1 / 0"
    edit(script, "    return Numbers", empty_and_fail)
    assert "the previous files of bars are unchanged\n" in server.build(project).stdout
    assert built_files(project) == before


def test_config_option_of_snakemake_is_rejected(server, project):
    (project / "figures/bars.svg").unlink()
    build = server.build(project, "--config=width=5")
    assert build.returncode == 1
    assert "--config: not supported; edit config.yaml instead" in build.stdout


def test_unapproved_picture_is_reported(server, project):
    baseline = project / "tests/figures/baseline"
    baseline.mkdir(parents=True)
    for stem in STEMS:
        shutil.copy(project / f"figures/{stem}.png", baseline)
        shutil.copy(project / f"figures/{stem}-dark.png", baseline)
    edit(project / "scripts/bars.py", "3.0", "4.0")
    line = "pictures that are not approved: bars; run make review, then make accept FIGURE=<stem>"
    assert line in server.build(project).stdout
    assert line in server.build(project).stdout, "a second build reports it again"


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("raise SystemExit(0)", "bars.py: did not write its files with main(); call main(compute"),
        (
            # sys.argv: the script, --dpi, 100, and the files
            "import sys; [draw(compute()).savefig(file) for file in sys.argv[3:]]; sys.exit()",
            "bars.py: did not write its files with main(); call main(compute",
        ),
        ("import os; os.kill(os.getpid(), 9)", "bars failed; logs/bars.log ends with:\nnothing\n"),
        ("import sys; sys.stderr.close(); 1 / 0", "bars.py: closes stdout or stderr; remove this"),
        ("print('x' * 10**7); 1 / 0", "ZeroDivisionError: division by zero"),
        ("open('prompts/bars.md', 'a').write(' ')", "bars.py: a source was saved while the figure"),
    ],
)
def test_misbehaving_script_is_explained(server, project, code, reason):
    edit(project / "scripts/bars.py", "    main(", f"    {code}\n    main(")
    build = server.build(project)
    assert build.returncode == 1
    assert reason in build.stdout
    assert len(build.stdout) < 20_000, "prints more than the end of a long log"


def test_second_build_stops_at_once(server, project):
    append(project / "scripts/bars.py", "open('started', 'w'); import time; time.sleep(60)\n")
    first = server.begin(project, "-m", "figurepress.build")
    while not (project / "started").exists():
        time.sleep(0.02)
    second = server.build(project)
    os.killpg(first.pid, signal.SIGKILL)
    first.communicate()
    assert second.returncode == 2
    assert second.stdout == "another build is running in this folder; wait until it ends\n"


@pytest.mark.parametrize(
    ("file", "text", "message"),
    [
        ("config.yaml", "colour: red\n", "config.yaml: colour: unknown key; "),
        (
            "prompts/bars.md",
            "$\\aprox$",
            "prompts/bars.md: body: $\\aprox$: command \\aprox",
        ),
    ],
)
def test_wrong_input_stops_before_any_job(server, project, file, text, message):
    append(project / file, text)
    before = built_files(project)
    build = server.build(project)
    assert build.returncode == 2
    assert message in build.stdout
    assert built_files(project) == before


def test_warning_of_a_figure_is_printed(server, project):
    warns = "    import warnings; warnings.warn('mind the gap')\n    return Numbers("
    edit(project / "scripts/bars.py", "    return Numbers(", warns)
    build = server.build(project)
    assert build.returncode == 0
    assert "bars.py, line 23: warning: mind the gap (UserWarning)" in build.stdout


# Files that a figure reads


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("open('data/points.csv')", "data/points.csv"),
        ("import os; os.chdir('data'); open('points.csv')", "data/points.csv"),
        ("import subprocess; subprocess.run(['cat', 'data/points.csv'])", "data/points.csv"),
        ("import os; os.system('cat data/points.csv')", "data/points.csv"),
        ("import sqlite3; sqlite3.connect('data/points.csv')", "data/points.csv"),
        ("import os; os.posix_spawnp('cat', ['cat', 'data/points.csv'], {})", "data/points.csv"),
        ("import os; os.spawnlp(os.P_WAIT, 'cat', 'cat', 'data/points.csv')", "data/points.csv"),
        (
            "exec('try: import ctypes; ctypes.CDLL(\"data/points.csv\")\\nexcept OSError: pass')",
            "data/points.csv",
        ),
        (
            "import os; os.fork() or (open('data/points.csv'), os._exit(0)); os.wait()",
            "data/points.csv",
        ),
        ("open('data/link.csv')", "../outside.csv, data/link.csv"),
        ("open('../outside.csv')", "../outside.csv"),
        ("import glob; glob.glob('data/*.txt')", "data"),
        ("__import__('signals')", "scripts/signals.py"),
    ],
)
def test_undeclared_source_is_reported(server, project, code, name):
    write(project / "data/points.csv", "1 2\n")
    (project.parent / "outside.csv").write_text("1 2\n")
    (project / "data/link.csv").symlink_to("../../outside.csv")
    py_compile.compile(project / "scripts/signals.py")  # an import would read only the bytecode
    edit(project / "scripts/bars.py", "    main(", f"    {code}\n    main(")
    dpi, seconds = "100", "60"
    draw = ("-m", "figurepress.build.run_figure", "scripts/bars.py", dpi, seconds)
    done = server.run(project, *draw, "figures/bars.svg")
    assert done.returncode == 1
    assert f"bars.py: reads {name}; " in done.stdout
    assert "list it in prompts/bars.md under `needs:`" in done.stdout


def test_file_in_a_needed_folder_is_a_source(server, project):
    edit(project / "prompts/bars.md", "claims:", "needs: [data]\nclaims:")
    list_folder = "    __import__('os').listdir('data')\n"
    edit(project / "scripts/bars.py", "    main(", f"{list_folder}    main(")
    server.assert_redraws(project, *BARS)
    (project / "data/more.csv").write_text("1 2\n")
    server.assert_redraws(project, *BARS)


def test_time_limit_stops_a_script(server, project):
    append(project / "config.yaml", "time_limit: 1\n")
    edit(project / "scripts/bars.py", "    main(", "    __import__('time').sleep(30)\n    main(")
    build = server.build(project)
    assert build.returncode == 1
    message = r"took longer than 1 s; to allow more, set `time_limit:` in prompts/bars\.md"
    assert re.search(rf"bars\.py, line \d+: {message}", build.stdout)
