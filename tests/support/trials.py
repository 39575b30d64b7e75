"""Trying mutants of one module of scripts/, in forks of a process that waits warm.

It has imported what the module's tests import. The numeric tests that call the mutated function
come first, the fastest first, then the image tests, then the published files.
"""

import gc
import os
import re
import resource
import runpy
import shutil
import sys
import tomllib
from collections import defaultdict
from contextlib import redirect_stdout, suppress
from difflib import unified_diff
from importlib import import_module
from importlib.util import cache_from_source
from io import StringIO
from multiprocessing import get_context
from pathlib import Path
from signal import SIGINT, SIGTERM
from tempfile import TemporaryDirectory
from time import process_time
from types import SimpleNamespace

import hypothesis
import pytest
from cosmic_ray.mutating import use_mutation
from cosmic_ray.plugins import get_operator
from cosmic_ray.work_db import WorkDB, use_db
from cosmic_ray.work_item import TestOutcome, WorkerOutcome, WorkResult

ROOT = Path(__file__).parents[2]
SETTINGS = tomllib.loads((ROOT / "tests/mutants.toml").read_text())
SECONDS, BYTES = 60, 1 << 34  # what a mutant may take of a core and of memory
# In the order in which they are met. A figure script has no input: one that draws the same
# files is no other program; of a module that figures share it may be.
NUMERIC, IMAGE, FILES, SAME, LISTED, SURVIVED = FATES = (
    "numeric tests", "image tests", "files", "equivalent", "listed", "survived",
)  # fmt: skip
SUFFIXES = (".svg", "-dark.svg", ".pdf")  # the image tests have seen what is in a PNG
EACH_SCRIPT = (
    "test_prompt_states_every_parameter",
    "test_script_draws_when_it_is_run",
    "test_numbers_stay_as_they_were_computed",
)
OPTIONS = [
    *("-x", "-q", "--tb=no", "--assert=plain", "-W", "ignore"),
    *("-o", "addopts=--mpl --mpl-results-path=results -m 'not slow and not soak and not slurm'"),
    *("--disable-plugin-autoload", "-p", "pytest_mpl.plugin", "-p", "no:cacheprovider"),
]


def guards_of(module: Path) -> tuple[list[str], list[str]]:
    """The tests that guard a module of scripts/, and the figures whose files are compared."""
    if module.parent.name == "lecture":
        guards = SETTINGS["guards"][module.stem]
        return [f"tests/test_{name}.py" for name in guards["tests"]], guards["figures"]
    layout = [f"tests/test_layout.py::{name}[{module.stem}]" for name in EACH_SCRIPT]
    return [*layout, f"tests/test_{module.stem}.py"], [module.stem]


def pytest_configure() -> None:
    """As a plugin, this module: all mutants meet the same examples, and none is made smaller."""
    phases = hypothesis.Phase.explicit, hypothesis.Phase.generate
    hypothesis.settings.register_profile(
        "mutants", hypothesis.settings.get_profile("lecture"),
        database=None, derandomize=True, phases=phases,
    )  # fmt: skip
    hypothesis.settings.load_profile("mutants")


class Baseline:
    """A plugin of pytest: which tests call which functions of a module, in how many seconds."""

    def __init__(self, module: Path) -> None:
        self.calls, self.seconds = defaultdict(set), {}
        self._file, self._now = str(module.absolute()), "import"
        sys.settrace(self._note)

    def _note(self, frame, *_) -> None:
        if frame.f_code.co_filename == self._file:
            self.calls[self._now].add(frame.f_code.co_name)

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef):
        before, self._now = self._now, fixturedef.argname
        try:
            return (yield)
        finally:
            self._now = before

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item):
        self._now, start = item.nodeid, process_time()
        sys.settrace(self._note)  # again: it ends where a test meets the limit of recursion
        try:
            return (yield)
        finally:
            self._now = "import"
            self.seconds[item.nodeid] = process_time() - start
            for fixture in item.fixturenames:
                self.calls[item.nodeid] |= self.calls[fixture]


class Trial:
    """A plugin of pytest: runs the tests of a mutated function, says which kind failed."""

    def __init__(self, function: str | None, baseline: SimpleNamespace) -> None:
        self.failed, self._function, self._baseline = NUMERIC, function, baseline

    def pytest_collection_modifyitems(self, items):
        calls, seconds = self._baseline.calls, self._baseline.seconds
        if self._function not in calls["import"]:
            callers = [item for item in items if self._function in calls[item.nodeid]]
            items[:] = callers or items
        items.sort(key=lambda item: ("test_picture" in item.nodeid, seconds[item.nodeid]))

    def pytest_runtest_logreport(self, report):
        if report.failed and "test_picture" in report.nodeid:
            self.failed = IMAGE


def draw(stem: str) -> list[bytes]:
    """The files that a figure's script writes."""
    with TemporaryDirectory() as folder:
        files = [Path(folder, stem + suffix) for suffix in SUFFIXES]
        sys.argv = [f"scripts/{stem}.py", *map(str, files)]
        runpy.run_path(sys.argv[0], run_name="__main__")
        return [file.read_bytes() for file in files]


def run_baseline(module: Path, answer) -> None:
    """See that no test fails without a mutant; note what trials need to know."""
    tests, figures = guards_of(module)
    baseline = Baseline(module)
    with redirect_stdout(StringIO()) as said:
        status = pytest.main([*OPTIONS, *tests], plugins=[sys.modules[__name__], baseline])
    sys.settrace(None)
    files = {} if status else {stem: draw(stem) for stem in figures}
    own = rf"conftest|__.*main__|{module.stem}|test_{module.stem}"
    if module.parent.name == "lecture":
        own += r"|lecture.*|artists|pictures|projects|test_.*"
    imports = [name for name in sys.modules if not re.fullmatch(own, name)]
    found = {"calls": baseline.calls, "seconds": baseline.seconds, "files": files}
    failed = said.getvalue() if status else ""
    answer.put(SimpleNamespace(failed=failed, imports=imports, **found))


def run_trial(module: Path, function: str | None, baseline: SimpleNamespace) -> None:
    """End with a status that tells the fate of the mutant that the module now is."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    (tests, figures), trial = guards_of(module), Trial(function, baseline)
    if pytest.main([*OPTIONS, *tests], plugins=[sys.modules[__name__], trial]):
        fate = trial.failed
    else:
        fate = SURVIVED if module.parent.name == "lecture" else SAME
        try:
            if any(draw(stem) != baseline.files[stem] for stem in figures):
                fate = FILES
        except BaseException:  # SystemExit, too
            fate = FILES
    os._exit(100 + FATES.index(fate))


def try_mutants(module: Path, session: Path) -> None:
    """Try the mutants of a module that a session holds and has no result for."""
    forks = get_context("fork")
    with TemporaryDirectory() as folder, use_db(str(session), WorkDB.Mode.open) as work:
        copy = Path(folder, "copy")
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".*", "__pycache__", "results"))
        os.chdir(copy)
        runpy.run_path("scripts/lecture/environment.py")
        answer = forks.SimpleQueue()
        forks.Process(target=run_baseline, args=(module, answer)).start()
        if (baseline := answer.get()).failed:
            raise RuntimeError(f"{module}: its tests fail without a mutant:\n{baseline.failed}")
        sys.path[:0] = [str(copy / "scripts"), str(copy / "tests")]
        for name in baseline.imports:
            with suppress(Exception):
                import_module(name)
        gc.freeze()  # no fork copies what the collector would touch
        saved = module.stat().st_mtime_ns
        for item in work.pending_work_items:
            (mutation,) = item.mutations
            operator = get_operator(mutation.operator_name)(**mutation.operator_args)
            with use_mutation(module, operator, mutation.occurrence) as (before, after):
                os.utime(module, ns=(saved, saved))  # or its `main` would refuse to draw
                # Bytecode may be of another mutant, of the same second and length.
                Path(cache_from_source(module)).unlink(missing_ok=True)
                arguments = module, mutation.definition_name, baseline
                trial = forks.Process(target=run_trial, args=arguments)
                trial.start()
                trial.join()
            if trial.exitcode in (-SIGINT, -SIGTERM):
                sys.exit("stopped")  # not by the mutant
            # Another status: it took too much, or crashed.
            fate = FATES[trial.exitcode - 100] if trial.exitcode >= 100 else NUMERIC
            outcome = TestOutcome.SURVIVED if fate in (SAME, SURVIVED) else TestOutcome.KILLED
            lines = unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0)
            diff = "\n".join(line for line in list(lines)[2:] if line[0] != "@")
            work.set_result(item.job_id, WorkResult(WorkerOutcome.NORMAL, fate, outcome, diff))
