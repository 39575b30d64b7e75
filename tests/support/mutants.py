"""Mutation testing of scripts/ with cosmic-ray: the guards are guarded.

``python tests/mutants.py [scripts/x.py ...]`` mutates these modules, or all, on two cores, and
prints how many mutants of each met which fate, then those that no test killed. What is found is
kept in results/mutants, for as long as the module, its tests and how it is tried stay as they
are.
"""

import random
import re
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from contextlib import chdir
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path

from cosmic_ray.commands.init import init
from cosmic_ray.work_db import WorkDB, use_db
from cosmic_ray.work_item import WorkerOutcome, WorkResult
from tests.support.trials import (
    FATES,
    FILES,
    IMAGE,
    LISTED,
    ROOT,
    SETTINGS,
    SURVIVED,
    guards_of,
    try_mutants,
)

SESSIONS = ROOT / "results" / "mutants"


def begin(module: Path, session: Path, sample: int | None = None) -> None:
    """Note all mutants of a module in a new session, or a fixed few."""
    new = session.with_suffix(".new")
    new.unlink(missing_ok=True)
    with chdir(ROOT), use_db(str(new), WorkDB.Mode.create) as work:
        init([module], work, {})
        excluded = re.compile(SETTINGS["excluded-operators"])
        items = {item.job_id: item.mutations[0] for item in work.work_items}
        kept = [id for id, it in items.items() if not excluded.match(it.operator_name)]
        kept.sort(key=lambda id: (items[id].operator_name, items[id].occurrence))
        if sample:
            kept = random.Random(0).sample(kept, sample)
        left_out = items.keys() - set(kept)
        work.set_multiple_results(list(left_out), WorkResult(WorkerOutcome.SKIPPED))
    new.rename(session)


def mutate(module: Path) -> Path:
    """Try all mutants of a module, but for those tried before; the session that says so."""
    tests, _ = guards_of(module)
    files = [module, "tests/trials.py", *(test for test in tests if "::" not in test)]
    key = sha256(b"\0".join((ROOT / file).read_bytes() for file in files)).hexdigest()[:12]
    session = SESSIONS / f"{module.stem}-{key}.sqlite"
    if not session.exists():
        begin(module, session)
    with use_db(str(session), WorkDB.Mode.open) as work:
        pending = work.num_results < work.num_work_items
    if pending:
        try_mutants(module, session)
    return session


def listed() -> set[str]:
    """The diffs of the mutants that are listed as equivalent, each after its module's path."""
    groups = (group["mutants"].strip() for group in SETTINGS["equivalent"])
    return {diff.strip() for group in groups for diff in re.split(r"\n(?=scripts/)", group)}


def draws(module: Path, function: str | None) -> bool:
    """Whether a function of a figure's script draws: by its name, or into axes."""
    script = (ROOT / module).read_text()
    return bool(re.search(rf"^def (?=draw|.*\bAxes\b){function}\(", script, re.M))


def fates(module: Path, session: Path) -> tuple[Counter, Counter, list[str]]:
    """How many mutants met which fate; of these, those outside drawing; which should be dead.

    Outside drawing, numeric tests should kill all that are not equivalent.
    """
    met, outside, alive, known = Counter(), Counter(), [], listed()
    with use_db(str(session), WorkDB.Mode.open) as work:
        for item, result in work.completed_work_items:
            if result.worker_outcome == WorkerOutcome.SKIPPED:
                continue
            (mutation,), fate = item.mutations, result.output
            shared = module.parent.name == "lecture"
            numbers = not shared and not draws(module, mutation.definition_name)
            diff = f"{module}\n{result.diff}"
            if fate == SURVIVED and diff in known:
                fate = LISTED
            if fate == SURVIVED or (numbers and fate in (IMAGE, FILES)):
                alive.append(f"{fate}, line {mutation.start_pos[0]} of {diff}")
            met[fate] += 1
            outside[fate] += numbers
    return met, outside, alive


def row(name: str, met: Counter) -> str:
    """A line of the table."""
    return f"{name:30}{met.total():10}" + "".join(f"{met[fate]:14}" for fate in FATES)


def main(modules: list[Path]) -> bool:
    """Print the table, and which mutants should be dead; whether none should."""
    SESSIONS.mkdir(parents=True, exist_ok=True)
    table, outside, alive = Counter(), Counter(), []
    print(f"{'':30}{'mutants':>10}", *(f"{fate:>14}" for fate in FATES), sep="")
    with ProcessPoolExecutor(2, get_context("spawn"), max_tasks_per_child=1) as cores:
        for module, session in zip(modules, cores.map(mutate, modules), strict=True):
            found = fates(module, session)
            print(row(module.stem, found[0]), flush=True)
            table, outside, alive = table + found[0], outside + found[1], alive + found[2]
    print(row("all", table), row("figures outside drawing", outside), *alive, sep="\n")
    return not alive


if __name__ == "__main__":
    every = sorted(file.relative_to(ROOT) for file in (ROOT / "scripts").rglob("*.py"))
    sys.exit(not main([Path(name) for name in sys.argv[1:]] or every))
