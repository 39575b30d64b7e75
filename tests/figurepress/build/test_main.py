"""The lock of a build, and its arguments."""

import fcntl
from pathlib import Path

import pytest

from figurepress.build import prefork
from figurepress.build.__main__ import _arguments, _server, main
from figurepress.build.lock import lock
from figurepress.build.planning import Job, Plan
from figurepress.project.validated_files import InputError


def test_lock_causes_no_error_on_a_disk_without_locks(tmp_path, monkeypatch):
    def flock(*_: int) -> None:
        raise OSError("not supported")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(fcntl, "flock", flock)
    with lock():
        pass


def test_missing_profile_of_a_cluster_is_reported(lecture):
    with pytest.raises(InputError, match="CLUSTER: 'profiles/slum': no such folder"):
        main(["--cluster", "profiles/slum"])


def plan_of(stem: str, *suffixes: str) -> Plan:
    """A plan with one job, whose outputs have these suffixes."""
    job = Job(stem, outputs=[Path(f"figures/{stem}{suffix}") for suffix in suffixes])
    return Plan(outdated=[job], experiments=[], handmade=[])


def test_server_imports_libraries_of_the_scripts(lecture, monkeypatch):
    monkeypatch.setattr(prefork, "server", lambda preload: preload)
    Path("scripts/waves.py").write_text("import fractions\n")
    assert "fractions" in _server(plan_of("waves", ".png"))


def test_snakemake_gets_the_figures_that_are_out_of_date():
    assert "due=[waves]" in _arguments(plan_of("waves", ".png"))


def test_animations_start_first():
    arguments = _arguments(plan_of("waves", ".png", ".gif"))
    assert arguments[arguments.index("--prioritize") + 1] == "figures/waves.png"
