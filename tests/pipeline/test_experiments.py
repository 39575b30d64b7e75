"""When a build runs an experiment, and what it does to the data."""

import os
import signal
import time
from pathlib import Path

import numpy as np
import pytest

from tests.support.projects import append, built_files, edit

DATA = "data/waves.npz"
STALE = (
    "data/waves.npz: experiments/waves.py changed after it was computed; "
    "run `make data FIGURE=waves`\n"
)


@pytest.fixture
def script(project) -> Path:
    return project / "experiments/waves.py"


def test_edited_experiment_makes_only_the_pages_out_of_date(server, project, script):
    before = (project / DATA).read_bytes()
    edit(script, "SEED = 0", "SEED = 1")
    build = server.build(project)
    assert build.returncode == 0
    assert build.stdout.startswith(f"{STALE}out of date: pages\n")
    assert (project / DATA).read_bytes() == before


def test_experiment_runs_on_request(server, project, script):
    edit(script, "SEED = 0", "SEED = 1")
    build = server.build(project, "--compute", "waves")
    assert build.returncode == 0, build.stdout
    assert np.load(project / DATA)["height"] == 1 + np.random.default_rng(1).random()
    server.assert_redraws(project, "waves", "pages")
    assert STALE not in server.build(project).stdout


def test_missing_data_is_computed(server, project):
    figures = built_files(project)
    data = (project / DATA).read_bytes()
    (project / DATA).unlink()
    build = server.build(project)
    assert "running experiment-waves, see logs/experiment-waves.log" in build.stdout
    assert build.returncode == 0, build.stdout
    assert (project / DATA).read_bytes() == data
    assert built_files(project) == figures


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("raise ValueError('a reason')", "\nValueError: a reason\n"),
        ("import os; os._exit(3)", "logs/experiment-waves.log ends with:\nnothing\n"),
        ("return None", "waves.py: run() returned None; return a dictionary of arrays by name\n"),
    ],
)
def test_failed_experiment_keeps_the_data(server, project, script, code, reason):
    before = (project / DATA).read_bytes()
    edit(script, "    rng =", f"    {code}\n    rng =")
    build = server.build(project, "--compute", "waves")
    assert build.returncode == 1
    assert "\nexperiment-waves failed; logs/experiment-waves.log ends with:\n" in build.stdout
    assert reason in build.stdout
    assert (project / DATA).read_bytes() == before
    assert "running" not in server.build(project).stdout, "the next build runs it again"


def test_interrupted_experiment_keeps_the_data(server, project, script):
    before = (project / DATA).read_bytes()
    edit(script, "    rng =", "    open('started', 'w'); import time; time.sleep(60)\n    rng =")
    build = server.begin(project, "-m", "figurepress.build", "--compute", "waves")
    while not (project / "started").exists():
        time.sleep(0.02)
    os.killpg(build.pid, signal.SIGKILL)
    build.communicate()
    data = {file.name: file.read_bytes() for file in (project / "data").iterdir()}
    assert data == {"waves.npz": before}
    build = server.build(project)
    assert build.returncode == 0, build.stdout
    assert "running" not in build.stdout


def test_failed_experiment_stops_only_its_figure(server, project, script):
    (project / DATA).unlink()
    append(project / "scripts/bars.py")
    append(script, "raise ValueError('a reason')\n")
    build = server.build(project)
    assert build.returncode == 1
    assert "\nnot started: waves, pages\n" in build.stdout
    assert (project / "figures/bars.svg").exists()


def test_time_limit_stops_an_experiment(server, project, script):
    append(project / "config.yaml", "experiment_time_limit: 1\n")
    edit(script, "    rng =", "    import time; time.sleep(30)\n    rng =")
    build = server.build(project, "--compute", "waves")
    assert build.returncode == 1
    message = "took longer than 1 s; to allow more, set `experiment_time_limit:` in prompts/waves"
    assert message in build.stdout


def test_changed_input_makes_the_data_stale(server, project, script):
    (project / "data/points.csv").write_text("1\n")
    edit(script, "    rng =", "    np.loadtxt('data/points.csv')\n    rng =")
    assert server.build(project, "--compute", "waves").returncode == 0
    assert "changed after" not in server.build(project).stdout
    (project / "data/points.csv").write_text("2\n")
    message = "data/waves.npz: data/points.csv changed after it was computed"
    assert message in server.build(project).stdout


def test_experiment_edited_during_its_run_is_stale(server, project, script):
    edit(script, "    rng =", "    open(__file__, 'a').write('X = 1\\n')\n    rng =")
    assert server.build(project, "--compute", "waves").returncode == 0
    assert server.build(project).stdout.startswith(STALE)


def test_figure_without_an_experiment_is_rejected(server, project):
    build = server.build(project, "--compute", "bars")
    assert build.returncode == 2
    assert build.stdout == (
        "FIGURE: 'bars': has no experiment; write experiments/bars.py, "
        "and list data/bars.npz in prompts/bars.md under `needs:`\n"
    )


def test_check_runs_no_experiment(server, project, script):
    append(script, "raise ValueError('a reason')\n")
    assert server.build(project).returncode == 0  # updates the page, which shows the experiment
    done = server.run(project, "-m", "figurepress.tools.check_clean_build", "--cores", "2")
    assert done.returncode == 0, done.stdout


def test_check_reports_missing_data(server, project):
    (project / DATA).unlink()
    done = server.run(project, "-m", "figurepress.tools.check_clean_build")
    assert (done.returncode, done.stdout) == (2, "data/waves.npz: missing; run make\n")
