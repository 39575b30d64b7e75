"""What `make export` copies, what it leaves alone, and what it says of the pages there."""

import json
import os
import shutil
from hashlib import sha256

from figurepress.project import prompts

import check
import export
import pytest
from tests.support.projects import (
    ROOT,
    SUFFIXES,
    bound_by_permissions,
    make,
    run,
    small_project,
    whole_project,
    with_mount,
)

ONE, TWO = "quadratic_loss_curve", "logistic_loss_curve"
PNG = f"figures/{ONE}.png"
UNWRITABLE = "cannot be written; give yourself the right, or name another"
SHOWN = f"![a](/figures/{ONE}.png) ![a](/figures/{TWO}-dark.svg)"


@pytest.fixture
def project(tmp_path):
    """A project with two figures, built an hour ago."""
    project = small_project(tmp_path / "project", ONE, TWO)
    for file in (project / "figures").iterdir():
        age(file, 1)
    return project


@pytest.fixture
def lecture_folder(tmp_path):
    """The folder of a lecture without figures."""
    folder = tmp_path / "lecture"
    folder.mkdir()
    return folder


@pytest.fixture
def exported(project, lecture_folder):
    """The folder of a lecture that has the figures since half an hour ago."""
    export.export(project, lecture_folder)
    for file in (lecture_folder / "figures").iterdir():
        age(file, 0.5)
    return lecture_folder


def age(file, hours):
    then = file.stat().st_mtime - 3600 * hours
    os.utime(file, (then, then))


def state(folder):
    """All that stands in a folder: content and time of writing by name."""
    return {
        str(file.relative_to(folder)): (file.read_bytes(), file.stat().st_mtime_ns)
        for file in folder.rglob("*")
        if file.is_file()
    }


def redraw(project, stem=ONE):
    """Let a figure come out otherwise, in all its forms."""
    for suffix in SUFFIXES:
        (project / "figures" / (stem + suffix)).write_text(f"new {stem}{suffix}")


# What is copied


def test_every_form_of_every_figure_is_copied_beside_the_notes(project, lecture_folder):
    export.export(project, lecture_folder)
    copies = {file.name: file.read_text() for file in (lecture_folder / "figures").glob("[!.]*")}
    assert copies == {stem + suffix: stem + suffix for stem in (ONE, TWO) for suffix in SUFFIXES}


def test_nothing_is_written_where_nothing_changed(project, exported):
    before = state(exported)
    done = export.export(project, exported)
    assert (done.copied, done.left, len(done.unchanged)) == ([], {}, 10)
    assert state(exported) == before


def test_only_what_changed_is_copied(project, exported):
    redraw(project)
    before = state(exported)
    done = export.export(project, exported)
    after = state(exported)
    assert [file.name for file in done.copied] == [ONE + suffix for suffix in SUFFIXES]
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {f"figures/{ONE}{suffix}" for suffix in SUFFIXES} | {str(check.RECORD)}
    assert after[PNG][0] == f"new {ONE}.png".encode()


def test_copy_that_was_deleted_is_copied_again(project, exported):
    (exported / PNG).unlink()
    assert export.export(project, exported).copied == [exported / PNG]


def test_files_of_others_stay_as_they_are(project, exported):
    for name in ("notes.md", "figures/mine.png", "figures/no_longer_built.png"):
        (exported / name).write_text("mine")
    before = state(exported)
    redraw(project)
    export.export(project, exported)
    after = state(exported)
    assert {name: after[name] for name in after if after[name][0] == b"mine"} == {
        name: before[name] for name in before if before[name][0] == b"mine"
    }
    assert after.keys() == before.keys()


def test_figure_no_longer_built_is_not_deleted_there(project, exported):
    config = project / "config.yaml"
    config.write_text(config.read_text().replace(f", {TWO}", ""))
    before = state(exported)
    export.export(project, exported)
    assert state(exported) == before


def test_hashes_of_the_copies_are_kept_beside_them(exported):
    hashes = json.loads((exported / check.RECORD).read_text())
    assert hashes == {
        file.name: sha256(file.read_bytes()).hexdigest()
        for file in (exported / "figures").glob("[!.]*")
    }


# What is left alone


def test_copy_edited_by_hand_is_left_alone_and_all_others_are_copied(project, exported):
    (exported / PNG).write_text("edited")
    age(exported / PNG, 2)
    redraw(project)
    done = export.export(project, exported)
    assert done.left == {exported / PNG: "changed since the last export"}
    assert (exported / PNG).read_text() == "edited"
    assert len(done.copied) == len(SUFFIXES) - 1


def test_copy_edited_by_hand_is_reported_even_if_ours_is_the_same(project, exported):
    (exported / PNG).write_text("edited")
    done = export.export(project, exported)
    assert done.left == {exported / PNG: "changed since the last export and newer than ours"}
    assert done.copied == []


def test_copy_edited_by_hand_stays_so_in_the_next_export_too(project, exported):
    (exported / PNG).write_text("edited")
    first = export.export(project, exported)
    assert export.export(project, exported).left == first.left


def test_edited_copy_that_was_moved_away_is_copied_again(project, exported):
    (exported / PNG).write_text("edited")
    export.export(project, exported)
    (exported / PNG).rename(exported / "figures/mine.png")
    assert export.export(project, exported).copied == [exported / PNG]
    assert (exported / "figures/mine.png").read_text() == "edited"


def test_file_that_is_not_from_here_is_left_alone(project, lecture_folder):
    (lecture_folder / "figures").mkdir()
    (lecture_folder / PNG).write_text("the old picture")
    age(lecture_folder / PNG, 2)
    done = export.export(project, lecture_folder)
    assert done.left == {lecture_folder / PNG: "not from here"}
    assert (lecture_folder / PNG).read_text() == "the old picture"
    assert len(done.copied) == 9
    assert export.export(project, lecture_folder).left == done.left


def test_file_that_is_newer_than_ours_is_left_alone(project, exported):
    redraw(project)
    age(project / PNG, 1)
    left = exported / PNG
    content = left.read_bytes()
    assert export.export(project, exported).left == {left: "newer than ours"}
    assert left.read_bytes() == content


def test_file_that_is_as_ours_is_ours(project, lecture_folder):
    shutil.copytree(project / "figures", lecture_folder / "figures")
    assert export.export(project, lecture_folder).copied == []
    redraw(project)
    assert export.export(project, lecture_folder).left == {}


@pytest.mark.parametrize("target", ["mine.png", "nowhere.png"])
def test_link_is_left_alone(project, exported, target):
    (exported / "mine.png").write_text("mine")
    (exported / PNG).unlink()
    (exported / PNG).symlink_to(exported / target)
    assert export.export(project, exported).left == {exported / PNG: "a link"}
    assert (exported / PNG).is_symlink()


# Bad input: named, and nothing is changed


def refused(project, folder, *messages):
    before = state(folder)
    with pytest.raises(export.InputError) as error:
        export.export(project, folder)
    assert str(error.value).splitlines() == list(messages)
    assert state(folder) == before


def test_missing_folder_is_refused(project, tmp_path):
    to = tmp_path / "none"
    refused(project, to, f"{to}: no such folder; name the one with the lecture's notes")
    assert not to.exists()


def test_folder_that_is_a_file_is_refused(project, tmp_path):
    to = tmp_path / "notes.md"
    to.write_text("mine")
    refused(project, to, f"{to}: not a folder; name the one with the lecture's notes")
    assert to.read_text() == "mine"


def test_figures_that_is_a_link_to_itself_is_refused(project, lecture_folder):
    figures = lecture_folder / "figures"
    figures.symlink_to(figures)
    refused(
        project,
        lecture_folder,
        f"{figures}: not a folder; name the one with the lecture's notes",
    )


def test_figures_that_is_a_file_is_refused(project, lecture_folder):
    figures = lecture_folder / "figures"
    figures.write_text("mine")
    refused(
        project,
        lecture_folder,
        f"{figures}: not a folder; name the one with the lecture's notes",
    )


def test_the_project_itself_is_refused(project):
    refused(project, project, f"{project}: the figures come from here; name the lecture's folder")


def test_figure_that_is_a_folder_there_is_refused(project, exported):
    (exported / PNG).unlink()
    (exported / PNG).mkdir()
    redraw(project)
    refused(
        project,
        exported,
        f"{exported / PNG}: Is a directory; mend it and export again, nothing is lost",
    )


def test_figure_that_is_not_built_is_refused(project, exported):
    (project / PNG).unlink()
    redraw(project, TWO)
    refused(project, exported, f"{PNG}: missing; run `make`")


@pytest.mark.parametrize(
    "record", [b"", b"{", b"[]", b'{"x.png": 1}', b'{"x.png": "abc"}', b"\xff"]
)
def test_broken_record_of_the_last_export_is_refused(project, exported, record):
    (exported / check.RECORD).write_bytes(record)
    redraw(project)
    refused(
        project,
        exported,
        f"{exported / check.RECORD}: not as the last export wrote it; restore it, or delete it: "
        "then what differs from ours is left alone",
    )


def test_deleted_record_loses_nothing(project, exported):
    (exported / check.RECORD).unlink()
    left_before = state(exported)
    redraw(project)
    done = export.export(project, exported)
    assert set(done.left.values()) == {"not from here"}
    assert {name: state(exported)[name] for name in left_before} == left_before


# The command


def command_refused(project, folder, message, before=()):
    """The command fails with this one line, and neither folder nor record is half written."""
    then = state(folder)
    done = run(project, "export", folder, before=before)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"{message}\n"
    assert state(folder) == then


def test_folder_without_right_to_write_is_refused(project, exported):
    redraw(project)
    (exported / "figures").chmod(0o555)
    command_refused(project, exported, f"{exported}/figures: {UNWRITABLE}", bound_by_permissions())


def test_folder_without_right_to_make_one_in_it_is_refused(project, lecture_folder):
    lecture_folder.chmod(0o555)
    command_refused(
        project, lecture_folder, f"{lecture_folder}: {UNWRITABLE}", bound_by_permissions()
    )
    assert not (lecture_folder / "figures").exists()


def test_copy_without_right_to_read_is_refused(project, exported):
    redraw(project)
    (exported / PNG).chmod(0o000)
    done = run(project, "export", exported, before=bound_by_permissions())
    assert done.returncode == 2
    assert done.stderr.startswith(f"{exported / PNG}: Permission denied; mend it")


@pytest.mark.slow
def test_read_only_file_system_is_refused(project, exported):
    redraw(project)
    before = state(exported)
    mount = f"mount --bind {exported} {exported} && mount -o remount,bind,ro {exported}"
    done = run(project, "export", exported, before=with_mount(mount))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"{exported}/figures: {UNWRITABLE}\n"
    assert state(exported) == before


@pytest.mark.slow
def test_full_file_system_is_refused(project, exported, tmp_path):
    before = shutil.copytree(exported, tmp_path / "before")
    (project / PNG).write_bytes(bytes(200_000))
    small = f"mount -t tmpfs -o size=128k none {exported} && cp -a {before}/. {exported}"
    mount = with_mount(small, after=f"diff -r {before} {exported}")
    done = run(project, "export", exported, before=mount)
    assert done.returncode == 2
    assert done.stderr == (
        f"{exported / PNG}: No space left on device; mend it and export again, nothing is lost\n"
    )
    assert done.stdout == ""  # no difference


@pytest.mark.slow
def test_no_empty_folder_stays_on_a_full_file_system(project, lecture_folder):
    (project / PNG).write_bytes(bytes(200_000))
    small = f"mount -t tmpfs -o size=64k none {lecture_folder}"
    mount = with_mount(small, after=f"ls -A {lecture_folder}")
    done = run(project, "export", lecture_folder, before=mount)
    assert (done.returncode, done.stdout) == (2, "")
    assert "No space left on device" in done.stderr


def test_no_folder_is_refused(project):
    done = run(project, "export", "")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "TO: '': say where: make export TO=<lecture directory>\n"


@pytest.mark.parametrize("name", ["none", "notes.md", "~no-such-user/lecture"])
def test_wrong_folder_is_refused_before_the_build(tmp_path, name):
    project = whole_project(tmp_path / "project", ONE)
    (tmp_path / "notes.md").write_text("mine")
    to = name if name.startswith("~") else tmp_path / name
    done = make(project, "export", f"TO={to}")
    assert done.returncode != 0
    assert f"{to}: no" in done.stderr
    assert list((project / "figures").iterdir()) == []


def test_dry_run_looks_at_the_folder_and_copies_nothing(project, lecture_folder):
    assert run(project, "export", lecture_folder, "--dry-run").returncode == 0
    assert list(lecture_folder.iterdir()) == []
    assert run(project, "export", project, "--dry-run").returncode == 2


@pytest.fixture
def say(project, monkeypatch, capsys):
    """What the command says, and its exit status."""
    monkeypatch.setattr(export, "PROJECT", project)

    def say(folder):
        status = export.main(str(folder))
        return capsys.readouterr().out.replace(f"{folder}/", "").splitlines(), status

    return say


def test_copies_are_listed_and_counted(say, lecture_folder):
    lines, status = say(lecture_folder)
    assert lines[:10] == [
        f"figures/{stem}{suffix}: copied" for stem in (ONE, TWO) for suffix in SUFFIXES
    ]
    assert lines[10] == "10 files copied, 0 unchanged, 0 left alone"
    assert status == 0


def test_file_left_alone_is_named_with_the_mend_and_fails(say, exported):
    (exported / PNG).write_text("edited")
    lines, status = say(exported)
    assert lines[:2] == [
        f"{PNG}: left alone, changed since the last export and newer than ours; "
        "delete or move it, then export again",
        "0 files copied, 9 unchanged, 1 left alone",
    ]
    assert status == 1


# The pages there


def test_pages_are_checked_wherever_they_stand(say, exported):
    for name in ("notes.md", "a/b/c.markdown", "slides.QMD"):
        page = exported / name
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(f"{SHOWN}\n\n![a](none.png)")
    lines, status = say(exported)
    assert lines[1:] == [
        f"{name}:3: none.png: no such file; mend the link"
        for name in ("notes.md", "slides.QMD", "a/b/c.markdown")
    ]
    assert status == 0


@pytest.mark.parametrize(
    "name", [".git/x.md", "node_modules/y/x.md", "_site/x.md", ".x.md", "x.txt"]
)
def test_what_is_not_the_authors_page_is_not_checked(say, exported, name):
    (exported / "notes.md").write_text(SHOWN)
    page = exported / name
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text("![a](none.png)")
    assert say(exported)[0][1:] == []


def test_project_that_stands_beside_the_notes_is_not_checked(say, project):
    (project.parent / "notes.md").write_text(SHOWN)
    (project / "README.md").write_text("![a](none.png)")
    assert say(project.parent)[0][11:] == []


def test_page_that_cannot_be_read_is_named_and_stops_no_other(say, exported):
    (exported / "a.md").write_bytes(b"\xdc")
    (exported / "b.md").write_text(f"{SHOWN} ![](b.png)")
    lines, _ = say(exported)
    assert lines[1].startswith("a.md: cannot be read ('utf-8' codec can't decode byte 0xdc")
    assert lines[1].endswith("; save it in UTF-8")
    assert [line.partition(": ")[0] for line in lines[2:]] == ["b.md:1", "b.md:1"]


def test_folder_that_cannot_be_read_is_named(project, exported):
    (exported / "notes.md").write_text(SHOWN)
    closed = exported / "closed"
    closed.mkdir(mode=0o000)
    done = run(project, "export", exported, before=bound_by_permissions())
    assert done.stdout.splitlines()[1:] == [
        f"{closed}: Permission denied; its pages are not checked"
    ]


# A whole lecture


@pytest.fixture
def whole(tmp_path):
    """A project with the 13 figures of the lecture's page, and their prompts by stem."""
    words = {file.stem: prompts.read(file) for file in sorted((ROOT / "prompts").glob("*.md"))}
    figures = {stem: prompt for stem, prompt in words.items() if prompt.page}
    assert len(figures) == 13
    return small_project(tmp_path / "project", *figures), figures


def lecture_page(figures):
    """A page with a link and a caption for each figure."""
    return "# A lecture\n\n" + "\n".join(
        f"See:\n![{prompt.alt}](figures/{stem}.png)\n\n{prompt.caption}\n"
        for stem, prompt in figures.items()
    )


def line_of(text, part):
    return text[: text.index(part)].count("\n") + 1


def test_page_with_all_figures_is_in_order(whole, lecture_folder):
    project, figures = whole
    page = lecture_folder / "notes.md"
    page.write_text(lecture_page(figures))
    exported = run(project, "export", lecture_folder)
    assert exported.returncode == 0
    assert exported.stdout.endswith("65 files copied, 0 unchanged, 0 left alone\n")
    assert run(project, "check", page).stdout == f"{page}: nothing wrong\n"


def test_exactly_the_three_deliberate_faults_of_a_page_are_reported(whole, lecture_folder):
    project, figures = whole
    text = lecture_page(figures)
    for right, wrong in [
        ("figures/toeplitz_conv_matrix.png", "figures/toeplitz_conv_matirx.png"),
        (f"![{figures['nonlinearities'].alt}]", "![]"),
        ("![" + figures[ONE].alt + f"]({PNG})", f"[a link]({PNG})"),
    ]:
        assert text.count(right) == 1
        text = text.replace(right, wrong)
    page = lecture_folder / "notes.md"
    page.write_text(text)
    promise = line_of((project / f"prompts/{ONE}.md").read_text(), "page: true")
    faults = {
        f"{page}:{line_of(text, 'matirx')}: figures/toeplitz_conv_matirx.png: "
        "no such file; is figures/toeplitz_conv_matrix.png meant?",
        f"{page}:{line_of(text, '![]')}: figures/nonlinearities.png: "
        "no alternative text; prompts/nonlinearities.md has it",
        f"prompts/{ONE}.md:{promise}: page: true, but {PNG} is not shown; "
        "show it, or write page: false",
    }

    exported = run(project, "export", lecture_folder)
    assert exported.returncode == 0
    _, _, reported = exported.stdout.partition("left alone\n")
    assert (set(reported.splitlines()), reported.count("\n")) == (faults, 3)

    checked = run(project, "check", page)
    assert checked.returncode == 1
    assert checked.stdout == reported
