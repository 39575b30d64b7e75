"""`make watch`: what it serves, which requests it rejects, when it builds, and how it ends."""

import http.client
import re
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import psutil
import pytest
from playwright.sync_api import sync_playwright

from figurepress.project.validated_files import InputError
from figurepress.tools.preview import main
from tests.figurepress.tools.conftest import built_project
from tests.support.projects import SAMPLE, append, edit, write

# A stand-in for the build, which builds nothing. It adds a line to the file "begun" when it begins,
# and to "ended" when it succeeds. The file "seconds" has its duration. It fails if the file
# "message" is not empty.
BUILD = """
import sys, time
from pathlib import Path
with open("begun", "a") as file: print("begun", file=file)
time.sleep(float(Path("seconds").read_text()))
if message := Path("message").read_text(): sys.exit(message)
with open("ended", "a") as file: print("ended", file=file)
"""
# `make watch` with this stand-in, and without libraries, because most of these tests draw nothing.
WATCH = """
from figurepress.tools import preview
preview.BUILD = ("build.py",)
preview.prefork.PRELOAD = ()
preview.run(preview.main)
"""
PAGE = '<!doctype html><img src="bars.svg"><img src="bars-dark.svg">'


def wait(holds, seconds=30):
    """Wait until `holds()` is true; fail after some seconds."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, f"not true within {seconds} s"
        time.sleep(0.02)


class Preview:
    """`make watch` in a sample project, in a process of its own."""

    def __init__(self, project, *arguments):
        self.project = project
        self.terminal = project / "terminal"
        with self.terminal.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, *arguments], cwd=project, stdout=output, stderr=subprocess.STDOUT
            )
        wait(lambda: "Ctrl-C" in self.terminal.read_text())
        address = re.search(r"http://127\.0\.0\.1:(\d+)/", self.terminal.read_text())
        self.port = int(address[1])

    def ask(self, path, **headers):
        """The status and the body of an answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        text = answer.read().decode(errors="replace")
        return SimpleNamespace(status=answer.status, text=text, headers=answer.headers)

    def page(self):
        return self.ask("/figures/").text

    def version(self):
        return self.ask("/version").text

    def next_build_takes(self, seconds):
        """Set the duration of the builds that begin from now on."""
        (self.project / "seconds").write_text(str(seconds))

    def count(self, what):
        """How many builds have "begun", or "ended"."""
        file = self.project / what
        return len(file.read_text().splitlines()) if file.exists() else 0

    def wait_for_build(self, number):
        """Wait until this many builds have ended."""
        wait(lambda: self.count("ended") == number)

    def end(self):
        """Press Ctrl-C; return the exit status."""
        self.process.send_signal(signal.SIGINT)
        try:
            return self.process.wait(20)
        finally:
            self.process.kill()


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """A preview for tests that save no source."""
    preview = with_stand_in(built_project(tmp_path_factory.mktemp("shared") / "project"))
    preview.wait_for_build(1)
    wait_until_idle(preview)
    yield preview
    preview.end()


@pytest.fixture
def preview(shared):
    """The shared preview, for a test that saves files: reset, and built once.

    `count` counts this build as the first.
    """
    for name, text in {"seconds": "0", "message": ""}.items():
        (shared.project / name).write_text(text)
    ended = shared.count("ended")
    saved = shared.project / "saved.yaml"
    saved.write_text((SAMPLE / "config.yaml").read_text())
    saved.replace(shared.project / "config.yaml")  # one change; write_text() could be two
    wait(lambda: shared.count("ended") > ended)
    time.sleep(0.2)  # a busy machine may report the change twice
    wait_until_idle(shared)
    for name in ("begun", "ended"):
        (shared.project / name).write_text("one line for the last build\n")
    return shared


def with_stand_in(project):
    """A preview of a project whose build is a stand-in."""
    for name, text in {"build.py": BUILD, "seconds": "0", "message": ""}.items():
        (project / name).write_text(text)
    (project / "figures/index.html").write_text(PAGE)
    return Preview(project, "-c", WATCH)


def wait_until_idle(preview):
    """Wait until the preview has noticed the end of its build."""
    ended = (preview.project / "ended").stat().st_mtime_ns
    wait(lambda: int(preview.version()) > ended)


# What is seen


def test_served_page_reloads_and_its_file_is_unchanged(shared):
    page = shared.page()
    assert page.startswith(PAGE)
    assert f'"{shared.version()}"' in page
    assert (shared.project / "figures/index.html").read_text() == PAGE


def test_other_urls_redirect_to_the_page(shared):
    answer = shared.ask("/")
    assert (answer.status, answer.headers["Location"]) == (302, "/figures/")


def test_missing_page_is_served_from_memory(shared):
    shared.page()
    (shared.project / "figures/index.html").unlink()
    shown = shared.page()
    (shared.project / "figures/index.html").write_text(PAGE)
    assert shown.startswith(PAGE)


def test_page_in_another_encoding_is_served(shared):
    (shared.project / "figures/index.html").write_bytes(b"\xdcbung")
    shown = shared.page()
    (shared.project / "figures/index.html").write_text(PAGE)
    assert "bung" in shown


def test_answers_are_not_cached(shared):
    assert shared.ask("/figures/bars.png").text == "bars.png"
    for path in ("/version", "/figures/", "/figures/bars.png"):
        assert shared.ask(path).headers["Cache-Control"] == "no-store", path


def test_other_files_are_not_served(shared):
    figures = shared.project / "figures"
    (figures / ".exported.json").touch()
    (figures / "link.svg").symlink_to("/etc/passwd")
    for name in ("none.svg", "link.svg", ".exported.json", "../config.yaml", "..%2fconfig.yaml"):
        assert shared.ask(f"/figures/{name}").status == 404, name


def test_only_this_machine_can_connect(shared):
    connections = psutil.Process(shared.process.pid).net_connections()
    listening = [link for link in connections if link.status == psutil.CONN_LISTEN]
    assert [link.laddr.ip for link in listening] == ["127.0.0.1"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "127.0.0.1.evil.example:80"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
)
def test_other_sites_are_rejected(shared, headers):
    for path in ("/figures/", "/version", "/figures/bars.png"):
        assert shared.ask(path, **headers).status == 403


def test_many_tabs_are_served(shared):
    with ThreadPoolExecutor(24) as tabs:
        answers = list(tabs.map(lambda _: shared.ask("/version").status, range(240)))
    assert set(answers) == {200}


def test_malformed_requests_do_no_harm(shared):
    for request in (b"\0\r\n\r\n", b"GET /\xff HTTP/9\r\n\r\n", b"GET / HTTP/1.1\r\n:\r\n\r\n"):
        with socket.create_connection(("127.0.0.1", shared.port)) as client:
            client.sendall(request)
    with socket.create_connection(("127.0.0.1", shared.port)) as client:
        client.sendall(b"GET /")  # and never the rest
        assert shared.page().startswith(PAGE)
    assert "Traceback" not in shared.terminal.read_text()


# A figure that is saved, before the build ends


def test_saved_figure_is_shown_before_the_build_ends(preview):
    preview.next_build_takes(1000)
    before = preview.version()
    append(preview.project / "scripts/bars.py")
    wait(lambda: preview.version() != before)
    for name in ("bars.svg", "bars-dark.svg"):
        assert "<svg" in preview.ask(f"/figures/{name}").text
        assert (preview.project / "figures" / name).read_text() == name
    assert preview.count("ended") == 1  # the new build is still running


def test_preview_drawing_is_not_a_build(preview):
    record = preview.project / ".build/records/bars.json"
    record.parent.mkdir(parents=True)
    # A build would replace this record.
    record.write_text('{"bars.svg": {"digest": "old", "hashes": []}}')
    before = preview.version()
    append(preview.project / "scripts/bars.py")
    wait(lambda: preview.version() != before)
    preview.wait_for_build(2)
    assert '"old"' in record.read_text()


def test_built_figure_replaces_the_drawing(preview):
    append(preview.project / "scripts/bars.py")
    preview.wait_for_build(2)
    wait(lambda: preview.ask("/figures/bars.svg").text == "bars.svg")


def test_error_is_shown_before_the_build_ends(preview):
    preview.next_build_takes(1000)
    script = preview.project / "scripts/bars.py"
    text = script.read_text()
    append(script, "1 / 0\n")
    wait(lambda: "ZeroDivisionError: division by zero" in preview.page())
    script.write_text(text)
    wait(lambda: 'role="alert"' not in preview.page())
    assert preview.count("ended") == 1  # the new build is still running


# What makes it build


def test_saving_starts_a_build(preview):
    names = ["config.yaml", "prompts/bars.md", "scripts/signals.py", "tests/figures/test_bars.py"]
    for number, name in enumerate(names, start=2):
        append(preview.project / name)
        preview.wait_for_build(number)


def test_saving_a_needed_file_starts_a_build(preview):
    """In a new folder, and directly in the lecture."""
    names = ["measured/points.csv", "points.csv"]
    for name in names:
        write(preview.project / name, "1 2")
    edit(preview.project / "prompts/bars.md", "claims:", f"needs: {names}\nclaims:")
    preview.wait_for_build(2)
    time.sleep(1)  # until it watches the new folders
    for number, name in enumerate(names, start=3):
        append(preview.project / name)
        preview.wait_for_build(number)


def test_saving_a_module_that_was_imported_before_it_existed_starts_a_build(preview):
    append(preview.project / "scripts/bars.py", "import course.losses\n")
    preview.wait_for_build(2)
    write(preview.project / "src/course/losses.py", "")
    append(preview.project / "scripts/bars.py")
    preview.wait_for_build(3)
    time.sleep(1)  # until it watches the new folder
    append(preview.project / "src/course/losses.py")
    preview.wait_for_build(4)


def test_unusual_file_name_does_no_harm(preview):
    (preview.project / "new").touch()
    (preview.project / "new").rename(preview.project / "scripts/*scratch*.py")
    preview.wait_for_build(2)
    assert preview.page().startswith(PAGE)


def test_other_files_start_no_build(preview):
    for name in ("scripts/.bars.py.swp", "scripts/bars.py~", "README.md"):
        (preview.project / name).touch()
    time.sleep(0.5)
    assert preview.count("begun") == 1


def test_saving_during_a_build_restarts_it(preview):
    preview.next_build_takes(1000)
    append(preview.project / "config.yaml")
    wait(lambda: preview.count("begun") == 2)
    preview.next_build_takes(0)
    append(preview.project / "config.yaml")
    preview.wait_for_build(2)
    assert preview.count("begun") == 3


def test_error_is_shown_until_a_build_succeeds(preview):
    (preview.project / "message").write_text("dpi: '<b>': not a number")
    append(preview.project / "config.yaml")
    wait(lambda: "dpi: &#39;&lt;b&gt;&#39;: not a number" in preview.page())
    assert "dpi: '<b>': not a number" in preview.terminal.read_text()
    (preview.project / "message").write_text("")
    append(preview.project / "config.yaml")
    wait(lambda: 'role="alert"' not in preview.page())


@pytest.mark.skipif(sys.platform != "linux", reason="psutil sets limits on Linux only")
@pytest.mark.parametrize("spare", [-5, 2])  # files that it may open; -5: it has too many open
def test_too_many_open_files_do_no_harm(preview, spare):
    process = psutil.Process(preview.process.pid)
    limits = process.rlimit(psutil.RLIMIT_NOFILE)
    _soft, hard = limits
    process.rlimit(psutil.RLIMIT_NOFILE, (process.num_fds() + spare, hard))
    append(preview.project / "config.yaml")
    time.sleep(1)
    process.rlimit(psutil.RLIMIT_NOFILE, limits)
    wait(lambda: "Too many open files" in preview.page())
    time.sleep(1)  # until it watches again
    append(preview.project / "config.yaml")
    wait(lambda: 'role="alert"' not in preview.page())


# How it begins and ends


def test_missing_folders_do_no_harm(project):
    (project / "tests").rename(project / "no tests")
    preview = with_stand_in(project)
    (project / "figures").rename(project / "no figures")
    try:
        preview.wait_for_build(1)
        assert preview.page().startswith("<!doctype html><title>Live preview")
    finally:
        assert preview.end() == 0


def test_port_that_cannot_be_used_is_rejected():
    with socket.create_server(("127.0.0.1", 0)) as other:
        for port in ("http", "65536", str(other.getsockname()[1])):
            with pytest.raises(InputError, match=f"^PORT: '{port}': not a free port; write"):
                main([port])


def test_ctrl_c_stops_all_processes(project):
    preview = with_stand_in(project)
    preview.wait_for_build(1)
    preview.next_build_takes(1000)
    append(project / "config.yaml")
    wait(lambda: preview.count("begun") == 2)
    children = psutil.Process(preview.process.pid).children(recursive=True)
    assert children
    with socket.create_connection(("127.0.0.1", preview.port)):  # an open page
        assert preview.end() == 0
    _ended, running = psutil.wait_procs(children, timeout=10)
    assert running == []
    assert "Traceback" not in preview.terminal.read_text()


# With real builds, in a browser


@pytest.mark.slow
def test_browser_shows_new_pictures_and_errors(lecture, chromium):
    preview = Preview(lecture.absolute(), "-m", "figurepress.tools.preview")
    script = lecture / "scripts/bars.py"
    height = "document.querySelector('#bars img').naturalHeight"
    with sync_playwright() as playwright:
        page = playwright.chromium.launch(executable_path=chromium).new_page()
        page.set_default_timeout(60_000)
        page.goto(f"http://127.0.0.1:{preview.port}/")
        page.wait_for_selector("#bars")
        page.locator("#bars img").first.scroll_into_view_if_needed()
        page.wait_for_function(f"{height} > 0")
        before = page.evaluate(height)

        text = script.read_text()
        script.write_text(text.replace("look.LOW", "2 * look.LOW"))
        page.wait_for_function(f"{height} > {1.5 * before}")

        script.write_text(text.replace("return Numbers", "return 1 / '<i>'"))
        page.wait_for_selector("[role=alert] >> text=TypeError")
        assert "1 / '<i>'" in page.inner_text("[role=alert]")
        assert 'role="alert"' not in (lecture / "figures/index.html").read_text()

        script.write_text(text)
        page.wait_for_selector("[role=alert]", state="detached")
        page.wait_for_function(f"{height} == {before}")
    assert preview.end() == 0
