"""What `make export` copies, what it leaves alone, and what it reports."""

import json
import os
import shutil
import subprocess
import sys

import pytest

from figurepress.names import EXPORTED
from figurepress.project.validated_files import InputError
from figurepress.tools import export as tool
from figurepress.tools.export import export
from tests.figurepress.tools.conftest import NAMES
from tests.support.privileges import bound_by_permissions
from tests.support.projects import built_files, commit, edit, git

PNG = "bars.png"
SHOWN = "![a](figures/bars.png) ![a](figures/waves-dark.svg)"
EDITED = "edited since the last export"
UNKNOWN = "not from an export and not committed"
FILES = 17  # 10 pictures, 2 overviews, 2 pages, their fonts, the appendix in Markdown, figures.json


@pytest.fixture
def exported(project, course):
    """The folder of a course that has the figures."""
    export(course)
    return course


def state(folder):
    """The content and modification time of every file in a folder."""
    return {
        str(file.relative_to(folder)): (file.read_bytes(), file.stat().st_mtime_ns)
        for file in folder.rglob("*")
        if file.is_file()
    }


def redraw(project, name=PNG):
    """Change a picture of the project."""
    file = project / "figures" / name
    file.write_text(f"new {name}")
    os.utime(file, (0, 0))  # older than its copy, because the export must not compare times


# What is copied


def test_every_file_is_copied(project, course):
    export(course)
    copied, built = built_files(course), built_files(project)
    for name in [*NAMES, "figures.json", "fonts.css"]:
        assert copied[name] == built[name], name


def test_second_export_writes_nothing(project, exported):
    before = state(exported)
    done = export(exported)
    assert (done.copied, done.left_alone, len(done.unchanged)) == ([], {}, FILES)
    assert state(exported) == before


def test_only_changed_files_are_copied(project, exported):
    redraw(project)
    before = state(exported)
    assert export(exported).copied == [PNG]
    after = state(exported)
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {f"figures/{PNG}", str(EXPORTED)}


def test_formats_can_be_selected(project, course):
    assert export(course, ["png"]).copied == [
        "bars.png",
        "bars-dark.png",
        "waves.png",
        "waves-dark.png",
        "figures.json",
    ]


def test_manifest_lists_exported_files(project, course):
    export(course, ["pdf"])
    manifest = json.loads((course / "figures/figures.json").read_text())
    names = [file["name"] for figure in manifest["figures"] for file in figure["files"]]
    assert names == ["bars.pdf", "waves.pdf"]


def test_figures_of_the_page_can_be_selected(project, course):
    edit(project / "prompts/waves.md", "page: true", "page: false")
    export(course, pages_only=True)
    assert not list((course / "figures").glob("waves*"))


def test_appendix_is_exported_unless_pictures_are_selected(project, course):
    pages = {"appendix.html", "tests.html", "appendix.md", "fonts.css", "overview.png"}
    assert not pages & set(export(course, ["png"]).copied)
    assert pages <= set(export(course).copied)
    assert (course / "figures/appendix.html").read_text() == "index.html"
    assert (course / "figures/tests.html").read_text() == '<a href="appendix.html#bars">'
    assert "prompts/bars.md" in (course / "figures/appendix.md").read_text()


# What is left alone


def test_edited_copy_is_left_alone(project, exported):
    (exported / "figures" / PNG).write_text("edited")
    redraw(project)
    redraw(project, "waves.svg")
    first = export(exported)
    assert (first.left_alone, first.copied) == ({PNG: EDITED}, ["waves.svg"])
    second = export(exported)
    assert (second.left_alone, second.copied) == ({PNG: EDITED}, [])
    assert (exported / "figures" / PNG).read_text() == "edited"


def test_unknown_file_is_left_alone(project, course):
    (course / "figures").mkdir()
    (course / "figures" / PNG).write_text("the old picture")
    done = export(course)
    assert (done.left_alone, len(done.copied)) == ({PNG: UNKNOWN}, FILES - 1)
    assert (course / "figures" / PNG).read_text() == "the old picture"


def test_equal_file_counts_as_exported(project, course):
    ignored = shutil.ignore_patterns("tests.html")
    shutil.copytree(project / "figures", course / "figures", ignore=ignored)
    assert set(export(course).copied) == {"tests.html", "appendix.html", "appendix.md"}
    redraw(project)
    assert export(course).left_alone == {}  # the first export has recorded it


@pytest.mark.parametrize(
    "create",
    [os.mkdir, os.mkfifo, lambda file: file.symlink_to("mine.png")],
    ids=["folder", "pipe", "link"],
)
def test_folders_pipes_and_links_are_left_alone(project, course, create):
    (course / "figures").mkdir()
    (course / "figures/mine.png").write_text("mine")
    create(course / "figures" / PNG)
    assert export(course).left_alone == {PNG: "not a regular file"}
    assert (course / "figures/mine.png").read_text() == "mine"


# In a git work tree


def test_committed_file_is_replaced(project, course):
    (course / "figures").mkdir()
    (course / "figures" / PNG).write_text("the old picture")
    commit(course)
    assert export(course).left_alone == {}
    assert git(course, "show", f"HEAD:figures/{PNG}") == "the old picture"


def test_uncommitted_edit_is_left_alone(project, course):
    (course / "figures").mkdir()
    (course / "figures" / PNG).write_text("the old picture")
    commit(course)
    git(course, "update-index", "--assume-unchanged", f"figures/{PNG}")  # hides it from git status
    (course / "figures" / PNG).write_text("edited")
    assert export(course).left_alone == {PNG: UNKNOWN}


# Git ignores every file that is not listed here.
ALLOW_LIST = "*\n!.gitignore\n!section/*/figures/*.png\n"


def test_clone_without_ignored_files_can_be_updated(project, course, tmp_path):
    figures = course / "section/4/figures"
    figures.mkdir(parents=True)
    (course / ".gitignore").write_text(ALLOW_LIST)
    for name in ("bars.png", "waves.png"):
        (figures / name).write_text("the old picture")
    commit(course, "--force")
    assert export(course / "section/4").left_alone == {}
    git(course, "commit", "--quiet", "--all", "--message=new pictures")

    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", course, clone)
    assert not (clone / "section/4" / EXPORTED).exists()
    redraw(project)
    assert export(clone / "section/4").left_alone == {}
    assert (clone / "section/4/figures" / PNG).read_text() == f"new {PNG}"


def test_ignored_files_are_listed_with_the_lines_to_add(project, run, course):
    (course / "section/4").mkdir(parents=True)
    gitignore = course / ".gitignore"
    gitignore.write_text(ALLOW_LIST)
    git(course, "init")
    _, report, _ = run(course / "section/4")
    message = "git ignores some of these files; to commit them, add at its end"
    assert report[1] == f"{gitignore}: {message}"
    lines_to_add = [line.strip() for line in report if line.startswith("    ")]
    gitignore.write_text(ALLOW_LIST + "\n".join(lines_to_add))
    _, report, _ = run(course / "section/4")
    assert "git ignores" not in "".join(report)
    added = git(course, "add", "--all", "--verbose", ".")
    assert added.count("add 'section/4/figures/") == FILES + 1  # and the file with their hashes


# Bad input


@pytest.fixture
def run(project, capsys):
    """Runs the command; returns its exit status, the lines of its report, and its error."""

    def run(to, *options):
        try:
            status = tool.main([str(to), *options])
            error = ""
        except InputError as refused:
            status = 2
            error = str(refused)
        report = capsys.readouterr().out.splitlines()
        return status, report, error

    return run


@pytest.fixture
def refused(run):
    """Runs the command, which must change nothing in the folder; returns its error."""

    def refused(to, *options):
        before = state(to) if to else {}
        status, lines, error = run(to, *options)
        assert (status, lines) == (2, [])
        assert not to or state(to) == before
        return error

    return refused


def test_missing_folder_is_rejected(refused, tmp_path, course):
    (course / "notes.md").touch()
    for to in (tmp_path / "none", course / "notes.md"):
        assert refused(to) == f"{to}: no such folder; choose the folder of the lecture's notes"
    assert not (tmp_path / "none").exists()


def test_folder_named_figures_is_rejected(refused, course):
    to = course / "figures"
    to.mkdir()
    assert refused(to) == f"{to}: is the folder of the figures; choose the one above it: {course}"


def test_folder_in_the_project_is_rejected(refused, project, course):
    (course / "figures").symlink_to(project / "figures")
    for to in (project, project / "prompts", course):
        error = "is in the project of the figures; choose a folder outside of it"
        assert refused(to) == f"{to}: {error}"


def test_wrong_argument_is_rejected(refused, project, course):
    assert refused("") == "TO: '': give a folder: make export TO=<lecture folder>"
    error = "FORMATS: 'gif': not a format in config.yaml; use svg, png, pdf"
    assert refused(course, "--formats", "png,gif") == error
    assert refused(course, "--pages", "none") == "PAGES: 'none': write PAGES=only or PAGES=all"
    for stem in ("bars", "waves"):
        edit(project / f"prompts/{stem}.md", "page: true", "page: false")
    assert refused(course, "--pages", "only").startswith("PAGES=only: no prompt has `page: true`")


@pytest.mark.parametrize("content", ["<<<<<<< HEAD", "[1]"])
def test_broken_list_of_hashes_is_rejected(refused, project, exported, content):
    hashes = exported / EXPORTED
    hashes.write_text(content)
    redraw(project)
    assert refused(exported).startswith(f"{hashes}: damaged; restore or delete it")


def test_folder_without_write_permission_is_rejected(project, exported):
    redraw(project)
    (exported / "figures").chmod(0o555)
    before = state(exported)
    command = [*bound_by_permissions(), sys.executable, "-m", "figurepress.tools.export", exported]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True)
    assert done.stderr.startswith(f"{exported}/figures/{PNG}: Permission denied; ")
    assert (done.returncode, done.stdout, state(exported)) == (2, "", before)


def test_pipe_in_place_of_the_hashes_is_rejected(refused, exported):
    (exported / EXPORTED).unlink()
    os.mkfifo(exported / EXPORTED)
    assert refused(exported).startswith(f"{exported / EXPORTED}: not a file; restore or delete")


# The report


def test_dry_run_copies_nothing(run, project, course):
    assert run(course, "--dry-run") == (0, [], "")
    assert list(course.iterdir()) == []
    status, _, _ = run(project, "--dry-run")  # a folder that cannot be exported to
    assert status == 2


def test_report_lists_files_left_alone(run, exported):
    (exported / "figures" / PNG).write_text("edited")
    status, lines, _ = run(exported)
    assert status == 1
    assert lines[:2] == [
        f"{exported}/figures: 0 copied, {FILES - 1} unchanged, 1 left alone",
        f"{exported}/figures/{PNG}: left alone, {EDITED}; commit or move it, then export again",
    ]


def test_report_lists_files_of_a_removed_figure(run, project, exported):
    edit(project / "config.yaml", ", waves", "")
    status, lines, _ = run(exported)
    old = exported / "figures/waves.pdf"
    assert f"{old}: no longer a figure here; delete it when no page shows it" in lines
    assert (status, old.exists()) == (0, True)


def test_report_lists_old_files_that_were_not_selected(run, project, exported):
    redraw(project, "bars.svg")
    status, lines, _ = run(exported, "--formats", "png")
    old = exported / "figures/bars.svg"
    assert f"{old}: out of date, because it was not selected; export or delete it" in lines
    assert status == 0


def test_pages_are_checked(run, exported):
    (exported / "notes.md").write_text(f"{SHOWN}\n\n![a](none.png)")
    status, lines, _ = run(exported)
    error = f"{exported}/notes.md:3: none.png: no such file; correct the link"
    assert (status, lines[1:]) == (1, [error])


def test_pages_of_the_project_are_not_checked(run, project):
    (project.parent / "notes.md").write_text(SHOWN)
    (project / "README.md").write_text("![a](none.png)")
    _, report, _ = run(project.parent)
    assert len(report) == 1  # the summary
