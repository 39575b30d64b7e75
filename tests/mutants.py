"""Mutation testing of scripts/ with cosmic-ray, in copies: the guards are guarded.

``python tests/mutants.py [scripts/x.py ...]`` mutates these modules, or all, on two cores, and
prints for each how many mutants met which fate. A mutant is tried in a fork of a process
that has imported beforehand what the module's tests import: the numeric tests that call the
mutated function come first, the fastest first, then the image tests, then the published files.
What is found is kept in results/mutants, for as long as a module and its tests stay the same.
"""

import gc
import os
import re
import resource
import runpy
import shutil
import sys
from collections import Counter, defaultdict
from concurrent.futures import ProcessPoolExecutor
from contextlib import chdir, suppress
from difflib import unified_diff
from hashlib import sha256
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from types import SimpleNamespace

import pytest
from cosmic_ray.commands.init import init
from cosmic_ray.mutating import use_mutation
from cosmic_ray.plugins import get_operator
from cosmic_ray.work_db import WorkDB, use_db
from cosmic_ray.work_item import TestOutcome, WorkerOutcome, WorkResult

ROOT = Path(__file__).parents[1]
SESSIONS = ROOT / "results" / "mutants"
SECONDS, BYTES = 60, 1 << 34  # what a mutant may take of a core and of memory
# In the order in which they are met; the last is a figure script's proof of equivalence.
NUMERIC, IMAGE, FILES = "killed by numeric tests", "by image tests", "by the published files"
SAME, LISTED, SURVIVED = "draw the same files", "listed as equivalent", "survived"
FATES = (NUMERIC, IMAGE, FILES, SAME, LISTED, SURVIVED)
SUFFIXES = (".svg", "-dark.svg", ".pdf")  # the image tests have seen the PNGs' pixels
# Of the eleven ways to replace an operator these say the same as the others, dearer;
# and a plus for a minus sign is the same as no minus sign.
EXCLUDED = re.compile(
    "core/ReplaceBinaryOperator_.*_(RShift|LShift|BitXor|BitOr|BitAnd|Mod|FloorDiv|Pow)"
    "|core/ReplaceUnaryOperator_.*_(Not|Invert|UAdd)"
)
# Which tests guard what the figures share, and which figures' files are compared.
GUARDS = {
    "cells": (["cells", "global_pooling_variants"], ["global_pooling_variants"]),
    "checked": (["bad_input"], ["nonlinearities"]),
    "command": (["command", "bad_input"], ["nonlinearities"]),
    "config": (["bad_input", "files"], ["nonlinearities"]),
    "light": (["light", "files"], ["conv1d_pattern_detection", "pooling_process"]),
    "losses": (["section_1_recipe", "section_2_losses"], []),
    "models": (["section_3_models", "section_4_convolutions", "section_5_modules"], []),
    "prompts": (["bad_input", "files"], ["nonlinearities"]),
    "save": (["files", "light", "nonlinearities"], ["nonlinearities", "pooling_process"]),
    "sources": (["bad_input", "command"], ["nonlinearities"]),
    "style": (["style", "cells"], ["nonlinearities", "conv2d_template_matching"]),
    "svg": (["files", "light"], ["conv1d_pattern_detection", "pooling_process"]),
    "training": (["section_6_training"], []),
}
OPTIONS = [
    *("-x", "-q", "--tb=no", "--assert=plain", "--hypothesis-profile=mutants", "-W", "ignore"),
    *("-o", "addopts=--mpl --mpl-results-path=results -m 'not slow and not soak and not slurm'"),
    *("-p", "no:cacheprovider", "-p", "pytest_mpl.plugin", "-p", "_hypothesis_pytestplugin"),
]


def guards_of(module: Path) -> tuple[list[str], list[str]]:
    """The tests that guard a module of scripts/, and the figures that are drawn with it."""
    if module.parent.name == "lecture":
        tests, figures = GUARDS[module.stem]
        return [f"tests/test_{name}.py" for name in tests], figures
    each = ("test_prompt_states_every_parameter", "test_script_draws_when_it_is_run")
    layout = [f"tests/test_layout.py::{name}[{module.stem}]" for name in each]
    return [*layout, f"tests/test_{module.stem}.py"], [module.stem]


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
        try:
            return (yield)
        finally:
            self._now = "import"
            self.seconds[item.nodeid] = process_time() - start
            for fixture in item.fixturenames:
                self.calls[item.nodeid] |= self.calls[fixture]


class Trial:
    """A plugin of pytest: a mutated function's tests, pictures last; which kind failed."""

    def __init__(self, function: str | None, baseline: SimpleNamespace) -> None:
        self.failed, self._function, self._baseline = None, function, baseline

    def pytest_collection_modifyitems(self, items):
        calls, seconds = self._baseline.calls, self._baseline.seconds
        if self._function not in calls["import"]:
            callers = [item for item in items if self._function in calls[item.nodeid]]
            items[:] = callers or items
        items.sort(key=lambda item: ("test_picture" in item.nodeid, seconds[item.nodeid]))

    def pytest_runtest_logreport(self, report):
        if report.failed:
            self.failed = IMAGE if "test_picture" in report.nodeid else NUMERIC


def draw(stem: str) -> dict[str, bytes]:
    """The files of a figure, by what follows the stem in their names."""
    with TemporaryDirectory() as folder:
        files = [Path(folder, stem + suffix) for suffix in SUFFIXES]
        sys.argv = [f"scripts/{stem}.py", *map(str, files)]
        runpy.run_path(sys.argv[0], run_name="__main__")
        return {suffix: file.read_bytes() for suffix, file in zip(SUFFIXES, files, strict=True)}


def run_baseline(module: Path, answer) -> None:
    """No test fails without a mutant; what the trials need to know."""
    tests, figures = guards_of(module)
    baseline = Baseline(module)
    status = pytest.main([*OPTIONS, *tests], plugins=[baseline])
    sys.settrace(None)
    files = {stem: draw(stem) for stem in figures} if status == pytest.ExitCode.OK else None
    own = r"conftest|test_.*|__.*main__|" + module.stem
    own += "|lecture.*|artists|pictures|projects|words" if "lecture" in module.parts else ""
    imports = [name for name in sys.modules if not re.fullmatch(own, name)]
    known = {"calls": baseline.calls, "seconds": baseline.seconds}
    answer.put(SimpleNamespace(**known, files=files, imports=imports))


def run_trial(module: Path, function: str | None, baseline: SimpleNamespace) -> None:
    """End with a status that tells a mutant's fate."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    tests, figures = guards_of(module)
    trial = Trial(function, baseline)
    fate = SURVIVED if module.parent.name == "lecture" else SAME
    if pytest.main([*OPTIONS, *tests], plugins=[trial]) != pytest.ExitCode.OK:
        fate = trial.failed or NUMERIC  # or it could not be imported
    else:
        try:
            if any(draw(stem) != baseline.files[stem] for stem in figures):
                fate = FILES
        except BaseException:
            fate = FILES
    os._exit(100 + FATES.index(fate))


def mutate(module: str, session: Path) -> None:
    """Try all mutants of a module that a session holds and has not tried."""
    os.environ.update(PYTEST_DISABLE_PLUGIN_AUTOLOAD="1", PYTHONDONTWRITEBYTECODE="1")
    sys.dont_write_bytecode = True  # two mutants may be of the same second
    forks, module = get_context("fork"), Path(module)
    with TemporaryDirectory() as folder, use_db(str(session), WorkDB.Mode.open) as work:
        copy = Path(folder, "copy")
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".*", "__pycache__", "results"))
        os.chdir(copy)
        runpy.run_path("scripts/lecture/environment.py")
        sys.path[:0] = [str(copy / part) for part in ("scripts", "tests")]
        answer = forks.SimpleQueue()
        process = forks.Process(target=run_baseline, args=(module, answer))
        process.start()
        baseline = answer.get()
        process.join()
        if baseline.files is None:
            raise RuntimeError(f"{module}: its tests fail without a mutant")
        for name in baseline.imports:
            with suppress(Exception):
                import_module(name)
        gc.freeze()
        saved = module.stat()
        for item in list(work.pending_work_items):
            (mutation,) = item.mutations
            operator = get_operator(mutation.operator_name)(**mutation.operator_args)
            with use_mutation(module, operator, mutation.occurrence) as (before, after):
                os.utime(module, ns=(saved.st_atime_ns, saved.st_mtime_ns))  # no edit, to sources
                arguments = module, mutation.definition_name, baseline
                process = forks.Process(target=run_trial, args=arguments)
                process.start()
                process.join()
            code = process.exitcode  # negative: out of time or memory
            fate = FATES[code - 100] if code >= 100 else NUMERIC
            outcome = TestOutcome.SURVIVED if fate in (SAME, SURVIVED) else TestOutcome.KILLED
            lines = unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0)
            diff = "\n".join(list(lines)[3:])
            result = WorkResult(WorkerOutcome.NORMAL, fate, outcome, diff)
            work.set_result(item.job_id, result)


def open_session(module: str) -> Path:
    """The session of a module with its tests as they are now: what was begun, or a new one."""
    tests, _ = guards_of(Path(module))
    files = sorted({module, *(test.partition("::")[0] for test in tests)} - {"tests/test_layout.py"})
    content = b"".join((ROOT / file).read_bytes() for file in files)
    name = module.removeprefix("scripts/").removesuffix(".py").replace("/", "-")
    session = SESSIONS / f"{name}-{sha256(content).hexdigest()[:12]}.sqlite"
    if not session.exists():
        new = session.with_suffix(".new")
        with chdir(ROOT), use_db(str(new), WorkDB.Mode.create) as work:
            init([Path(module)], work, {})
            skipped = WorkResult(WorkerOutcome.SKIPPED)
            work.set_multiple_results(
                [
                    item.job_id
                    for item in work.work_items
                    if EXCLUDED.match(item.mutations[0].operator_name)
                ],
                skipped,
            )
        new.rename(session)
    return session


def mutate_if_pending(module: str) -> Path:
    session = open_session(module)
    with use_db(str(session), WorkDB.Mode.open) as work:
        pending = work.num_work_items - work.num_results
    if pending:
        mutate(module, session)
    return session


def fates(module: str, session: Path) -> tuple[Counter, list[str]]:
    """How many mutants met which fate, and the diffs of those that survived."""
    met, survivors = Counter(), []
    with use_db(str(session), WorkDB.Mode.open) as work:
        for item, result in work.completed_work_items:
            if result.worker_outcome == WorkerOutcome.SKIPPED:
                continue
            met[result.output] += 1
            if result.output == SURVIVED:
                survivors.append(f"{module}:{item.mutations[0].start_pos[0]}\n{result.diff}")
    return met, survivors


def line(name: str, met: Counter) -> str:
    return f"{name}: {met.total()} mutants, " + ", ".join(f"{met[fate]} {fate}" for fate in FATES)


def main(modules: list[str]) -> None:
    SESSIONS.mkdir(parents=True, exist_ok=True)
    all_met, all_survivors = Counter(), []
    with ProcessPoolExecutor(2, get_context("spawn"), max_tasks_per_child=1) as cores:
        for module, session in zip(modules, cores.map(mutate_if_pending, modules), strict=True):
            met, survivors = fates(module, session)
            all_met += met
            all_survivors += survivors
            print(line(module, met), flush=True)
    print(line("all", all_met))
    print(*all_survivors, sep="\n")


if __name__ == "__main__":
    every = [str(file.relative_to(ROOT)) for file in sorted((ROOT / "scripts").rglob("*.py"))]
    main(sys.argv[1:] or every)
