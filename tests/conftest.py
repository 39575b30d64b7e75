"""What all tests share: a figure's numbers, its drawing, its prompt, its claims."""

import fcntl
import gc
import shutil
import signal
from importlib import import_module
from pathlib import Path

from figurepress import look
from figurepress.project import prompts

import pytest
from hypothesis import HealthCheck, settings
from tests.support.pictures import TOLERANCE, platform_difference
from tests.support.projects import FIGURES, snakemake, whole_project

gc.disable()  # until all is imported: nothing of that is garbage

# A busy machine is slow, not wrong.
settings.register_profile(
    "lecture", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("lecture")

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def numbers(request):
    """What compute() of the figure whose test module this is returns."""
    return import_module(_stem(request.path)).compute()


@pytest.fixture(scope="module")
def figure(request, numbers):
    """The figure drawn in the light theme and laid out."""
    with look.theme("light"):
        figure = import_module(_stem(request.path)).draw(numbers)
        figure.draw_without_rendering()
    return figure


@pytest.fixture(scope="module")
def prompt(request):
    """The prompt of the figure whose test module this is."""
    return prompts.read(ROOT / "prompts" / f"{_stem(request.path)}.md")


@pytest.fixture(scope="session")
def built(tmp_path_factory, worker_id):
    """A copy of the project with two of its figures, built: once for all workers."""
    folder = tmp_path_factory.getbasetemp()
    if worker_id != "master":
        folder = folder.parent  # of the workers' own
    first = folder / "built"
    with (folder / "built.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not first.exists():
            project = whole_project(tmp_path_factory.mktemp("built") / "project", *FIGURES)
            build = snakemake(project)
            assert build.returncode == 0, build.stderr
            project.rename(first)
    return shutil.copytree(first, tmp_path_factory.mktemp("built") / "project")


@pytest.fixture(scope="session")
def chromium():
    """The path of a browser: Debian's, or the one on GitHub's machines."""
    if program := shutil.which("chromium") or shutil.which("google-chrome"):
        return program
    pytest.skip("no chromium is installed")


def _stem(path: Path) -> str:
    return path.stem.removeprefix("test_")


class FigureTests(pytest.Module):
    """The tests of one figure: one for each claim of its prompt, none beside."""

    def collect(self):
        items = list(super().collect())
        stem = _stem(self.path)
        claims = set(prompts.read(ROOT / "prompts" / f"{stem}.md").claims)
        tested = {mark.args[0] for item in items for mark in item.iter_markers("claim")}
        if claims != tested:
            raise self.CollectError(
                "\n".join(
                    [
                        f"prompts/{stem}.md: claim {id!r} has no test in tests/test_{stem}.py"
                        for id in claims - tested
                    ]
                    + [
                        f"tests/test_{stem}.py: claim {id!r} is not in prompts/{stem}.md"
                        for id in tested - claims
                    ]
                )
            )
        return items


def pytest_pycollect_makemodule(module_path, parent):
    if (ROOT / "prompts" / f"{_stem(module_path)}.md").exists():
        return FigureTests.from_parent(parent, path=module_path)


def pytest_configure(config):
    if not (config.getoption("mpl", False) or config.getoption("mpl_generate_path", None)):
        raise pytest.UsageError("pictures would not be compared: run pytest with --mpl")
    # In the background of a shell Ctrl-C is ignored, and so would be by all that a test starts.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if config.option.collectonly:  # a list to be read: in the order of the lecture
        config.option.randomly_reorganize = False


def pytest_collection_finish():
    # What was imported stays to the end: looked through again and again, it took 8 % of the time.
    gc.freeze()
    gc.set_threshold(50_000)  # a figure is thousands of objects, and none is garbage yet
    gc.enable()


def pytest_report_header():
    if difference := platform_difference():
        return f"pictures: compared with tolerance {TOLERANCE} RMS, not to the pixel: {difference}"
    return "pictures: compared to the pixel"
