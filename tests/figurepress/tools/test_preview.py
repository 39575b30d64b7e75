"""What `make watch` shows, to whom, what makes it build, and what is left when it ends."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import SimpleNamespace
from urllib.error import HTTPError
from urllib.request import urlopen

import psutil
import pytest
from playwright.sync_api import sync_playwright
from tests.support.projects import FIGURES, ROOT, edit, small_project, stand_in, whole_project

STEM = "quadratic_loss_curve"
# Stands in for Snakemake: notes begin and end, and fails as the file `fault` says.
BUILD = """
duration=$(cat duration)
echo begun >> begun
sleep $duration
cat fault && exit 1
echo ended >> ended
"""


def soon(holds, seconds=20):
    """Wait until ``holds()``, and fail where it never does."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "in vain"
        time.sleep(0.02)


def start(project: Path, *command: str, port: str = "") -> SimpleNamespace:
    """The preview of a project, its address and what it says on the terminal."""
    terminal = project / "terminal"
    with terminal.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "page/watch.py", port, *command],
            cwd=project,
            env=os.environ | {"PYTHONPATH": "."},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    soon(lambda: "Ctrl-C" in terminal.read_text() or process.poll() is not None)
    address = re.match(r"(http://127\.0\.0\.1:\d+/)figures/", terminal.read_text())
    return SimpleNamespace(
        project=project, process=process, terminal=terminal, address=address and address[1]
    )


def end(preview: SimpleNamespace) -> int:
    """End a preview as Ctrl-C does; its exit status."""
    preview.process.send_signal(signal.SIGINT)
    try:
        return preview.process.wait(20)
    finally:
        preview.process.kill()


def with_stand_in(folder: Path) -> Path:
    """A project whose build is a stand-in that takes no time."""
    project = small_project(folder, STEM)
    edit(project / "page/watch.py", r'"torch", \*warm.DRAWING', "")  # they take the longest
    stand_in(project, STEM)
    (project / "tests").mkdir()
    (project / "figures/index.html").write_text("<!doctype html><p>the gallery")
    (project / "build.sh").write_text(BUILD)
    (project / "duration").write_text("0")
    return project


@pytest.fixture
def project(tmp_path):
    """Such a project of the test's own."""
    return with_stand_in(tmp_path / "project")


@contextmanager
def previewed(project: Path) -> Iterator[SimpleNamespace]:
    """The preview of such a project, after its first build."""
    preview = start(project, "sh", "build.sh")
    try:
        soon(lambda: count(preview, "ended") == 1)
        soon(lambda: told(preview) > (project / "ended").stat().st_mtime_ns)
        yield preview
    finally:
        if preview.process.poll() is None:
            end(preview)


@pytest.fixture
def preview(project):
    """A preview of the test's own."""
    with previewed(project) as preview:
        yield preview


@pytest.fixture(scope="module")
def quiet(tmp_path_factory):
    """The preview for tests that save no source."""
    with previewed(with_stand_in(tmp_path_factory.mktemp("quiet") / "project")) as preview:
        yield preview


@pytest.fixture(scope="module")
def busy(tmp_path_factory):
    """The preview for tests that save a source and wait for the build to end."""
    with previewed(with_stand_in(tmp_path_factory.mktemp("busy") / "project")) as preview:
        yield preview


def count(preview: SimpleNamespace, what: str) -> int:
    """How many builds have begun, or ended."""
    file = preview.project / what
    return len(file.read_text().splitlines()) if file.exists() else 0


def told(preview: SimpleNamespace) -> int:
    """When the page was last told of a change, in ns since 1970."""
    with urlopen(f"{preview.address}changes", timeout=20) as changes:
        return int(changes.readline().split()[1])


def get(preview: SimpleNamespace, path: str = "figures/") -> str:
    with urlopen(preview.address + path) as answer:
        return answer.read().decode()


def save(preview: SimpleNamespace, file: str = f"scripts/{STEM}.py") -> None:
    with (preview.project / file).open("a") as opened:
        opened.write("\n")


# What is seen, and by whom


def test_gallery_is_shown_with_what_follows_the_builds(quiet):
    page = get(quiet)
    assert page.startswith("<!doctype html><p>the gallery")
    assert 'new EventSource("/changes")' in page


def test_gallery_in_the_folder_stays_as_it_was(quiet):
    get(quiet)
    assert (quiet.project / "figures/index.html").read_text() == "<!doctype html><p>the gallery"


def test_gallery_is_shown_while_its_file_is_made_anew(quiet):
    get(quiet)
    gallery = (quiet.project / "figures/index.html").rename(quiet.project / "aside")
    shown = get(quiet)
    gallery.rename(quiet.project / "figures/index.html")
    assert shown.startswith("<!doctype html><p>the gallery")


@pytest.mark.parametrize("path", [f"prompts/{STEM}.md", "scripts/lecture/style.py"])
def test_links_lead_to_text_that_a_browser_shows(quiet, path):
    with urlopen(quiet.address + path) as answer:
        assert answer.headers.get_content_type() == "text/plain"
        assert answer.read() == (ROOT / path).read_bytes()


@pytest.mark.parametrize("path", [".git/config", "figures/..%2f.git/config", ".venv/x", "duration"])
def test_nothing_else_is_served(quiet, path):
    for secret in (".git/config", ".venv/x"):
        (quiet.project / secret).parent.mkdir(exist_ok=True)
        (quiet.project / secret).touch()
    with pytest.raises(HTTPError, match="404"):
        get(quiet, path)


def test_this_machine_alone_can_connect(quiet):
    listening = [
        connection.laddr.ip
        for connection in psutil.Process(quiet.process.pid).net_connections()
        if connection.status == psutil.CONN_LISTEN
    ]
    assert listening == ["127.0.0.1"]


def test_picture_is_asked_for_anew(quiet):
    with urlopen(f"{quiet.address}figures/{STEM}.png") as answer:
        assert answer.headers["Cache-Control"] == "no-cache"


def test_drawn_picture_is_shown_before_the_build_ends(quiet):
    with urlopen(f"{quiet.address}changes", timeout=20) as changes:
        before = changes.readline(), changes.readline()
        (quiet.project / "new").write_text("new")
        (quiet.project / "new").rename(quiet.project / f"figures/{STEM}-new.svg")
        assert (changes.readline(), changes.readline()) != before
    assert count(quiet, "begun") == 1


# A figure that is saved, before the build ends


@pytest.fixture
def endless(project):
    """The preview of a gallery with one figure; from the second on, its builds do not end."""
    (project / "figures/index.html").write_text(f'<img src="{STEM}.svg">')
    with previewed(project) as preview:
        (project / "duration").write_text("1000")
        yield preview


@pytest.mark.parametrize(
    "file", [f"scripts/{STEM}.py", pytest.param(f"prompts/{STEM}.md", marks=pytest.mark.slow)]
)
def test_new_picture_is_shown_before_the_build_ends(endless, file):
    with urlopen(f"{endless.address}changes", timeout=20) as changes:
        before = changes.readline(), changes.readline()
        save(endless, file)
        assert (changes.readline(), changes.readline()) != before
    assert get(endless, f"figures/{STEM}.svg") == "<svg>"
    assert count(endless, "ended") == 1


def test_drawing_for_the_page_alone_leaves_the_folder_as_it_was(endless):
    before = {file: file.read_bytes() for file in (endless.project / "figures").iterdir()}
    save(endless)
    soon(lambda: get(endless, f"figures/{STEM}.svg") != f"{STEM}.svg")
    assert {file: file.read_bytes() for file in before} == before
    assert set((endless.project / "figures").iterdir()) == set(before)


def test_picture_of_the_build_replaces_the_one_for_the_page_alone(endless):
    (endless.project / "duration").write_text("0")
    save(endless)
    soon(lambda: count(endless, "ended") == 2)
    soon(lambda: get(endless, f"figures/{STEM}.svg") == f"{STEM}.svg")


def test_fault_is_shown_before_the_build_ends(endless):
    edit(endless.project / f"scripts/{STEM}.py", '"<svg>"', "1 / 0")
    soon(lambda: "ZeroDivisionError: division by zero" in get(endless))
    edit(endless.project / f"scripts/{STEM}.py", "1 / 0", '"<svg>"')
    soon(lambda: 'role="alert"' not in get(endless))
    assert count(endless, "ended") == 1


# What makes it build


@pytest.mark.parametrize(
    "file",
    [
        f"prompts/{STEM}.md",
        "scripts/lecture/style.py",
        "page/gallery.html.jinja",
        pytest.param("config.yaml", marks=pytest.mark.slow),  # other tests save these two
        pytest.param(f"scripts/{STEM}.py", marks=pytest.mark.slow),
    ],
)
def test_save_is_a_build(busy, file):
    ended = count(busy, "ended")
    save(busy, file)
    soon(lambda: count(busy, "ended") == ended + 1)


@pytest.mark.parametrize(
    "file", ["config.yaml", pytest.param(f"scripts/{STEM}.py", marks=pytest.mark.slow)]
)
def test_save_by_renaming_is_a_build_each_time(busy, file):
    ended = count(busy, "ended")
    for more in (1, 2):
        (busy.project / "new").write_text("new")
        (busy.project / "new").rename(busy.project / file)
        soon(lambda more=more: count(busy, "ended") == ended + more)


def test_what_is_no_source_is_no_build(quiet):
    files = f"scripts/.{STEM}.py.swp", f"scripts/{STEM}.py~", "README.md"
    for file in files:
        save(quiet, file)
    time.sleep(0.5)
    assert count(quiet, "begun") == 1, f"one of {files} was built from"


def test_saves_in_quick_succession_are_one_build(preview):
    (preview.project / "duration").write_text("0.5")
    for _ in range(5):
        save(preview)
        time.sleep(0.1)
    soon(lambda: count(preview, "ended") == 2)
    time.sleep(0.5)
    assert count(preview, "ended") == 2


def test_save_during_a_build_stops_it_and_builds_anew(preview):
    (preview.project / "duration").write_text("1000")
    save(preview)
    soon(lambda: count(preview, "begun") == 2)
    (preview.project / "duration").write_text("0")
    save(preview)
    soon(lambda: count(preview, "ended") == 2)
    assert count(preview, "begun") == 3


# A build that fails


def test_fault_is_shown_on_page_and_terminal_until_it_is_mended(busy):
    (busy.project / "fault").write_text("config.yaml: dpi: '<b>': not a number\n")
    save(busy)
    soon(lambda: "dpi: &#39;&lt;b&gt;&#39;: not a number" in get(busy))
    assert "dpi: '<b>': not a number" in busy.terminal.read_text()
    (busy.project / "fault").unlink()
    save(busy)
    soon(lambda: 'role="alert"' not in get(busy))


# How it begins and ends


@pytest.mark.parametrize(
    "port",
    ["²", *(pytest.param(port, marks=pytest.mark.slow) for port in ["abc", "0", "65536", "-1"])],
)
def test_what_is_no_port_is_refused(project, port):
    preview = start(project, "true", port=port)
    assert preview.process.wait(20) == 1
    expected = f"PORT: {port!r}: not a port; write a number from 1 to 65535, or nothing\n"
    assert preview.terminal.read_text() == expected


def test_port_in_use_is_named(project):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        preview = start(project, "true", port=port)
        assert preview.process.wait(20) == 1
    expected = f"PORT: {port}: Address already in use; name another, or none to get a free one\n"
    assert preview.terminal.read_text() == expected


def test_ctrl_c_ends_it_and_the_build_that_runs(preview):
    (preview.project / "duration").write_text("1000")
    save(preview)
    soon(lambda: count(preview, "begun") == 2)
    children = psutil.Process(preview.process.pid).children(recursive=True)
    assert children
    with urlopen(f"{preview.address}changes"):  # an open page
        assert end(preview) == 0
    assert psutil.wait_procs(children, timeout=5)[1] == []
    assert "Traceback" not in preview.terminal.read_text()


# With Snakemake, in a browser


@pytest.fixture
def author(tmp_path, chromium):
    """An author with a project of two figures, its preview and a page that shows it."""
    project = whole_project(tmp_path / "project", *FIGURES)
    (project / "tests").mkdir()
    preview = start(project, sys.executable, "-m", "snakemake", "--cores", "2")
    with sync_playwright() as playwright:
        page = playwright.chromium.launch(executable_path=chromium).new_page()
        page.set_default_timeout(120_000)
        page.goto(f"{preview.address}figures/")
        page.wait_for_selector("article")
        yield SimpleNamespace(**vars(preview), page=page)
    end(preview)


def shown_height(page) -> int:
    """The height of the picture that the page shows, once it is there."""
    image = f"document.querySelector('#{STEM} picture img')"
    page.wait_for_function(f"{image}?.naturalHeight > 0")
    return page.evaluate(f"{image}.naturalHeight")


@pytest.mark.slow
def test_page_shows_the_new_picture_and_a_fault_until_it_is_mended(author):
    script, page = author.project / f"scripts/{STEM}.py", author.page
    before = shown_height(page)

    edit(script, r"look.WIDTH, [\d.]+", "look.WIDTH, 2.0")
    page.wait_for_function(
        "before => document.querySelector('img').naturalHeight < before", arg=before
    )
    assert shown_height(page) == pytest.approx(2.0 * 96, abs=1)

    edit(script, r"return residual\*\*2", "return residual / '<i>'")
    page.wait_for_selector("[role=alert]")
    said = page.inner_text("[role=alert]")
    assert said.startswith(f"{STEM} failed\n")
    assert "return residual / '<i>'" in said
    assert "TypeError: " in said
    soon(lambda: "TypeError: " in author.terminal.read_text(), 60)  # when the build ends too
    assert "alert" not in (author.project / "figures/index.html").read_text()

    edit(script, r"return residual / '<i>'", "return residual**2")
    page.wait_for_selector("[role=alert]", state="detached")
    assert shown_height(page) == pytest.approx(2.0 * 96, abs=1)


@pytest.mark.slow
def test_save_while_the_figure_is_drawn_is_seen(author):
    script, page = author.project / f"scripts/{STEM}.py", author.page
    before = shown_height(page)
    log = author.project / f"logs/{STEM}.log"
    drawn = log.stat().st_mtime_ns

    def drawn_anew() -> bool:
        with suppress(FileNotFoundError):  # Snakemake removes the old log first
            return log.stat().st_mtime_ns > drawn
        return False

    edit(script, r"\nRESIDUAL_MAX", "\nimport time; time.sleep(2)\nRESIDUAL_MAX")
    soon(drawn_anew, 60)
    edit(script, r"look.WIDTH, [\d.]+", "look.WIDTH, 2.0")
    page.wait_for_function(
        "before => document.querySelector('img').naturalHeight < before", arg=before
    )
