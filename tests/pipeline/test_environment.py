"""The pinned lists, the installation, and the hosted workflows."""

import os
import re
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from figurepress.tools import install, known_figure
from tests.support.projects import sample_project

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
LISTS = ("draw.txt", "dev.txt")


def pins(name: str) -> set[str]:
    return set(re.findall(r"^[\w.-]+==\S+", (ROOT / "envs" / name).read_text(), re.M))


@pytest.mark.parametrize("name", LISTS)
def test_every_pin_has_hashes(name):
    entries = re.split(r"\n(?=[\w.-]+==)", (ROOT / "envs" / name).read_text())
    bare = [
        entry.split()[0] for entry in entries if "==" in entry and "--hash=sha256:" not in entry
    ]
    assert not bare, f"envs/{name}: no hash: {', '.join(bare)}"


def test_both_lists_pin_the_same_versions():
    assert pins("draw.txt") <= pins("dev.txt")


@pytest.mark.parametrize("name", LISTS)
def test_lists_contain_no_cuda(name):
    assert not [pin for pin in pins(name) if re.match("nvidia|cuda|triton|torch", pin)]


@pytest.mark.slow
def test_drawing_needs_no_excluded_package(tmp_path):
    excluded = set((ROOT / "envs/excluded.txt").read_text().split())
    packages = packages_distributions().items()
    blocked = [module for module, names in packages if excluded & {it.lower() for it in names}]
    assert blocked
    project = sample_project(tmp_path / "project")
    (tmp_path / "sitecustomize.py").write_text(
        f"import sys; sys.modules |= dict.fromkeys({blocked})"
    )
    build = subprocess.run(
        [sys.executable, "-m", "figurepress.build"],
        cwd=project,
        env=os.environ | {"PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT / 'src'}"},
        capture_output=True,
        text=True,
    )
    assert build.returncode == 0, build.stdout + build.stderr


@pytest.fixture
def environment(tmp_path, monkeypatch) -> Path:
    """A project whose environment is installed, as far as its record says."""
    monkeypatch.chdir(tmp_path)
    Path("envs").mkdir()
    for file in (*install.LISTS.values(), install.TORCH, Path("pyproject.toml")):
        file.write_text(file.name)
    install.VENV.mkdir()
    record = {group: install.wanted(group) for group in install.LISTS}
    install.DONE.write_text(install.json.dumps(record))
    monkeypatch.setattr(install, "PYTHON", Path(sys.executable))
    return tmp_path


def installs(monkeypatch, group: str = "draw") -> bool:
    """Whether `make` would install a group."""
    calls: list[str] = []
    monkeypatch.setattr(install, "install", calls.append)
    install.main(group)
    return calls == [group]


def test_installed_environment_is_not_changed(environment, monkeypatch):
    assert not installs(monkeypatch)


@pytest.mark.parametrize("name", ["envs/draw.txt", "envs/torch.txt", "pyproject.toml"])
def test_changed_list_is_installed(environment, monkeypatch, name):
    Path(name).write_text("changed")
    assert installs(monkeypatch)


def test_moved_project_is_reinstalled(environment, monkeypatch):
    moved = environment.rename(environment.with_name("moved"))
    monkeypatch.chdir(moved)
    assert installs(monkeypatch)


def test_environment_of_another_project_is_rejected(environment, monkeypatch):
    clone = environment / "clone"
    clone.mkdir()
    monkeypatch.chdir(clone)
    install.VENV.symlink_to("../.venv")
    advice = f"make: .venv is a link to the environment of {environment}, .*; delete the link"
    with pytest.raises(SystemExit, match=advice):
        installs(monkeypatch)


def test_environment_on_another_disk_is_used(environment, monkeypatch):
    install.VENV.rename("disk")
    install.VENV.symlink_to("disk")
    assert not installs(monkeypatch)


def test_second_installation_waits_for_the_first(environment, monkeypatch):
    record = install.DONE.read_text()
    install.DONE.unlink()
    monkeypatch.setattr(install.fcntl, "flock", lambda *_: install.DONE.write_text(record))
    assert not installs(monkeypatch)


def test_interrupted_installation_is_completed(environment, monkeypatch):
    install.DONE.unlink()
    assert installs(monkeypatch, "dev")


@pytest.mark.parametrize("text", ["no-such-program", "echo File x, line 9 >&2; exit 1"])
def test_unsupported_python_is_rejected(tmp_path, text):
    python = script(tmp_path / "old python", text)
    # As if not started by another make, which would be named in the message.
    clean = {key: value for key, value in os.environ.items() if "MAKE" not in key}
    run = subprocess.run(
        ["make", f"PYTHON={python}"], cwd=ROOT, env=clean, capture_output=True, text=True
    )
    first, *advice = run.stderr.splitlines()
    assert first.startswith(f"make: {python} is not Python 3.11 to 3.14; install one")
    systems = [line.split(":")[0].strip() for line in advice]
    assert systems == ["Debian, Ubuntu", "Fedora", "macOS", "make"]


def test_misspelt_figure_is_rejected_before_installation(tmp_path):
    project = sample_project(tmp_path / "project")
    (tmp_path / "machinery").mkdir()
    (tmp_path / "machinery/src").symlink_to(ROOT / "src")
    (project / "Makefile").write_text(f"MACHINERY := ../machinery\ninclude {ROOT}/Makefile\n")
    clean = {key: value for key, value in os.environ.items() if "MAKE" not in key}
    command = ["make", f"PYTHON={sys.executable}", "test", "FIGURE=wavse"]
    run = subprocess.run(command, cwd=project, env=clean, capture_output=True, text=True)
    assert run.stdout == ""
    assert run.stderr.startswith("FIGURE: 'wavse': no such figure in config.yaml; try waves\n")
    assert run.returncode == 2


@pytest.mark.parametrize(
    ("config", "figures"),
    [
        ("figures:\n  - a\n  # more\n  - 'b' # two\nformats:\n  - svg\n", ["a", "b"]),
        ("dpi: 200\nfigures:\n- a\n- b", ["a", "b"]),
        ("figures: [a, b]\nformats: [svg]\n", ["a", "b"]),
        ("", []),
    ],
)
def test_figures_are_found_without_a_parser(config, figures):
    assert known_figure.listed(config) == figures


@pytest.mark.parametrize(
    ("said", "advice"),
    [
        ("ensurepip is not available", "this Python has no venv or no pip; on Debian"),
        ("/bin/python: No module named pip", "this Python has no venv or no pip; on Debian"),
        ("Retrying after connection broken by x", "the package registry does not answer; run"),
        ("error: Failed to fetch: `x`", "the package registry does not answer; run make again"),
        ("ERROR: [Errno 28] No space left on device", "the disk is full; free some space"),
        ("WARNING: a\nERROR: no match", "ERROR: no match; run make again to continue, or delete"),
        ("", "no message; run make again to continue, or delete .venv"),
    ],
)
def test_error_message_suggests_a_fix(environment, said, advice):
    code = f"print({said!r}); raise SystemExit(1)"
    with pytest.raises(SystemExit) as error:
        install.run("install packages", [sys.executable, "-c", code])
    assert str(error.value).startswith(f"make: could not install packages: {advice}")


def creates(monkeypatch, python: Path) -> bool:
    """Whether `make` would create the environment again."""
    commands: list[list[str]] = []
    monkeypatch.setattr(install, "run", lambda purpose, command: commands.append(command))
    monkeypatch.setattr(install, "_warn_of_cuda", lambda pip: None)
    monkeypatch.setattr(install, "PYTHON", python)
    install.install("draw")
    return "--clear" in commands[0]


def script(file: Path, text: str) -> Path:
    """A program at the place of Python."""
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(0o755)
    return file


def test_working_environment_is_continued(environment, monkeypatch):
    assert not creates(monkeypatch, Path(sys.executable))


@pytest.mark.parametrize("text", ["exit 1", "no-such-program"])
def test_broken_environment_is_created_again(environment, monkeypatch, text):
    assert creates(monkeypatch, script(environment / "python", text))


def test_environment_of_another_python_is_created_again(environment, monkeypatch):
    monkeypatch.setattr(install, "PYTHON_VERSION", "3.10")
    assert creates(monkeypatch, Path(sys.executable))


@pytest.mark.parametrize(("requirement", "warns"), [("nvidia-cudnn-cu13", True), ("sympy", False)])
def test_cuda_is_announced(environment, monkeypatch, capsys, requirement, warns):
    description = 'PyTorch runs on a GPU of "nvidia"'
    report = {"requires_dist": [requirement], "description": description}
    (environment / "report").write_text(install.json.dumps(report, indent=2))
    monkeypatch.setattr(install, "PYTHON", script(environment / "python", "exit 1"))
    monkeypatch.setattr(install.time, "sleep", lambda seconds: None)
    install._warn_of_cuda([str(script(environment / "pip", "cat report"))])
    assert ("about 3 GB" in capsys.readouterr().out) == warns


def test_installation_shows_progress(environment, capsys):
    lines = ["Collecting a", "  Downloading a.whl (8.6 MB)", "Installing collected packages: a, b"]
    install.run("install packages", [sys.executable, "-c", f"print({chr(10).join(lines)!r})"])
    shown = ["install packages", "Downloading a.whl (8.6 MB)", "Installing collected packages"]
    assert [line.strip() for line in capsys.readouterr().out.splitlines()] == shown


def test_actions_are_pinned_by_commit():
    used = [use for it in WORKFLOWS for use in re.findall(r"uses: (\S+)", it.read_text())]
    loose = [use for use in used if not re.search(r"@[0-9a-f]{40}$", use)]
    assert used
    assert not loose, f"not pinned by a commit: {', '.join(loose)}"


def test_workflows_cannot_change_the_repository():
    for workflow in WORKFLOWS:
        rights = YAML(typ="safe").load(workflow)["permissions"]
        assert rights["contents"] == "read", f"{workflow.name}: permissions: {rights}"
