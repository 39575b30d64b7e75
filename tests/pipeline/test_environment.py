"""The pinned lists, the installation, the arguments of make, and the hosted workflows."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from ruamel.yaml import YAML

from figurepress.project import config
from tests.support.projects import commit, git, sample_project

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
LISTS = ("draw.txt", "dev.txt", "cluster.txt")
# PyTorch and what only it requires.
PYTORCH = ("torch", "filelock", "fsspec", "mpmath", "networkx", "sympy")
# By program: the lines of a Makefile that run commands with it.
SHELLS = {
    "dash": "SHELL := dash",
    "bash": "SHELL := bash\n.SHELLFLAGS := --posix -c",
    "busybox": "SHELL := busybox\n.SHELLFLAGS := sh -c",
}


def pins(name: str) -> set[str]:
    """The pins of a list, such as numpy==2.3.4."""
    return set(re.findall(r"^[\w.-]+==\S+", (ROOT / "envs" / name).read_text(), re.M))


@pytest.mark.parametrize("name", LISTS)
def test_every_pin_has_hashes(name):
    entries = re.split(r"\n(?=[\w.-]+==)", (ROOT / "envs" / name).read_text())
    bare = [
        entry.split()[0] for entry in entries if "==" in entry and "--hash=sha256:" not in entry
    ]
    assert not bare, f"envs/{name}: no hash: {', '.join(bare)}"


def test_lists_pin_the_same_versions():
    assert pins("draw.txt") <= pins("dev.txt")
    names = {pin.partition("==")[0] for pin in pins("dev.txt")}
    shared = {pin for pin in pins("cluster.txt") if pin.partition("==")[0] in names}
    assert shared
    assert shared <= pins("dev.txt")


def test_tests_do_not_install_the_plugin_for_slurm():
    # Snakemake would load it for every build, and pandas with it.
    names = {pin.partition("==")[0] for pin in pins("dev.txt")}
    assert not names & {"pandas", "snakemake-executor-plugin-slurm"}


@pytest.mark.parametrize("name", LISTS)
def test_lists_contain_neither_cuda_nor_pytorch(name):
    assert not [pin for pin in pins(name) if re.match("nvidia|cuda|triton|torch", pin)]


def test_drawing_needs_at_most_60_packages():
    lines = re.findall(r"^([\w.-]+==.*) \\$", (ROOT / "envs/draw.txt").read_text(), re.M)
    requirements = map(Requirement, lines)
    packages = [one for one in requirements if not one.marker or one.marker.evaluate()]
    assert len(packages) > 40, "the regular expression misses packages"
    assert len(packages) + len(PYTORCH) <= 60


@pytest.mark.slow
def test_drawing_needs_no_excluded_package(tmp_path):
    excluded = set((ROOT / "envs/excluded.txt").read_text().split())
    blocked = [
        module
        for module, packages in packages_distributions().items()
        if excluded & {package.lower() for package in packages}
    ]
    assert blocked
    project = sample_project(tmp_path / "project")
    # Python refuses to import a module that is None in sys.modules.
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


def make(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess:
    """Run make as if no other make had started it, because its messages would mention that one."""
    clean = {key: value for key, value in os.environ.items() if "MAKE" not in key}
    return subprocess.run(["make", *arguments], cwd=cwd, env=clean, capture_output=True, text=True)


def test_unsupported_python_is_rejected(tmp_path):
    python = tmp_path / "old python"
    python.write_text("#!/bin/sh\nexit 1\n")
    python.chmod(0o755)
    first, *commands, last = make(f"PYTHON={python}").stderr.splitlines()
    assert first.startswith(f"make: {python} is not Python 3.11 to 3.14; install one")
    systems = [line.split(":")[0].strip() for line in commands]
    assert systems == ["Debian, Ubuntu", "Fedora", "macOS"]
    assert last.startswith("make: ***")


@pytest.mark.parametrize("minor", range(10, 16))
def test_make_takes_the_pythons_that_the_project_requires(tmp_path, minor):
    python = tmp_path / "python"
    # `python -c <code>` pretends to be another version, and runs the code.
    code = f"import sys; sys.version_info = 3, {minor}; exec(sys.argv[1])"
    python.write_text(f"#!/bin/sh\nexec '{sys.executable}' -c '{code}' \"$2\"\n")
    python.chmod(0o755)
    required = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"]
    accepted = "is not Python" not in make(f"PYTHON={python}").stderr
    assert accepted == SpecifierSet(required).contains(f"3.{minor}")


def test_make_outside_the_project_states_where_to_run(tmp_path):
    run = make("--file", str(ROOT / "Makefile"), cwd=tmp_path)
    assert "run make in the folder of the project: make -C <folder>" in run.stderr
    assert run.returncode == 2


def test_misspelt_figure_is_rejected_before_installation(tmp_path):
    project = sample_project(tmp_path / "project")
    (tmp_path / "machinery").mkdir()
    for name in ("Makefile", "src"):
        (tmp_path / "machinery" / name).symlink_to(ROOT / name)
    (project / "Makefile").write_text("MACHINERY := ../machinery\ninclude $(MACHINERY)/Makefile\n")
    run = make(f"PYTHON={sys.executable}", "test", "FIGURE=wavse", cwd=project)
    assert run.stdout == ""
    assert run.stderr.startswith("FIGURE: 'wavse': no such figure in config.yaml; try waves\n")
    assert run.returncode == 2


def test_pytest_without_packages_states_the_command():
    code = f"import runpy; runpy.run_path({str(ROOT / 'conftest.py')!r})"
    python = [sys.executable, "-I", "-S"]  # sees no installed packages, nor PYTHONPATH
    done = subprocess.run([*python, "-c", code], capture_output=True, text=True)
    assert done.stderr == "this Python lacks the packages of the tests; run `make test`\n"


def test_make_test_ignores_options_from_the_environment(tmp_path, monkeypatch):
    """With --collect-only, --setup-plan and others, a changed picture would not be noticed."""
    monkeypatch.setenv("PYTEST_ADDOPTS", "--collect-only")
    (tmp_path / "machinery").symlink_to(ROOT)  # make does not include a path with spaces
    include = "MACHINERY := machinery\ninclude $(MACHINERY)/Makefile\n"
    (tmp_path / "Makefile").write_text(include + 'show:\n\t@echo "[$$PYTEST_ADDOPTS]"\n')
    assert make("show", cwd=tmp_path).stdout == "[]\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("acept FIGURE=bars", "acept: no such command; `make help` lists them"),
        ("test bars", "bars: no such command; for one figure: make test FIGURE=<stem>"),
        ("test figure=bars", "figure: not an argument of `make test`, which takes: FIGURE"),
        ("export TO=", "TO: empty; write TO=<value>, or leave it out"),
        ("site", "TO: missing; give a folder: make site TO=<folder>"),
        ("-C lectures/optimisers bench", "`make bench` is not for a single lecture; run it in"),
    ],
)
def test_wrong_use_is_rejected(arguments, message):
    run = make(*arguments.split())
    assert message in run.stderr
    assert run.returncode == 2


def test_figure_as_a_command_is_rejected_with_its_argument():
    stem = config.read().figures[0]
    error = make(stem).stderr
    assert error.startswith(f"{stem}: no such command; for this figure: make FIGURE={stem}\n")


@pytest.mark.parametrize("cores", ["x", "0", "1; touch x"])
def test_wrong_number_of_cores_is_rejected_before_installation(cores):
    # An installation would fail with this PYTHON.
    run = make("check", f"CORES={cores}", "PYTHON=no-such-program")
    error = f"CORES: '{cores}': write a whole number from 1, such as CORES=2\n"
    assert run.stderr.startswith(error)
    assert (run.returncode, run.stdout) == (2, "")


def test_tests_of_one_figure_import_those_of_no_other():
    """So an error in the tests of another figure does not stop them."""
    stem = config.read().figures[0]
    command = make("--dry-run", "test", f"FIGURE={stem}").stdout
    assert re.findall(r"tests/figures\S*", command) == [f"tests/figures/test_{stem}.py"]


def test_arguments_run_no_shell_command():
    assert "touch" not in make("--dry-run", "bench", "RUNS=1; touch x").stdout


@pytest.mark.parametrize("program", SHELLS)
def test_commands_run_in_every_shell(program):
    if not shutil.which(program):
        pytest.skip(f"{program} is not installed")
    run = make("--eval", SHELLS[program], "help")
    assert (run.returncode, run.stdout) == (0, make("help").stdout)


@pytest.mark.skipif(not shutil.which("bmake"), reason="bmake, the make of BSD, is not installed")
def test_make_of_bsd_asks_for_gnu_make():
    error = subprocess.run(["bmake", "help"], cwd=ROOT, capture_output=True, text=True).stderr
    assert "run GNU make, which may be called gmake" in error


def test_checkout_keeps_line_endings(tmp_path):
    shutil.copy(ROOT / ".gitattributes", tmp_path)
    (tmp_path / "x.svg").write_bytes(b"one\n")
    commit(tmp_path)
    (tmp_path / "x.svg").unlink()
    git(tmp_path, "-c", "core.autocrlf=true", "checkout", "x.svg")
    assert (tmp_path / "x.svg").read_bytes() == b"one\n"  # not \r\n, as git writes on Windows


def test_actions_are_pinned_by_commit():
    used = [use for file in WORKFLOWS for use in re.findall(r"uses: (\S+)", file.read_text())]
    loose = [use for use in used if not re.search(r"@[0-9a-f]{40}$", use)]
    assert used
    assert not loose, f"not pinned by a commit: {', '.join(loose)}"


def test_workflows_cannot_change_the_repository():
    for workflow in WORKFLOWS:
        rights = YAML(typ="safe").load(workflow)["permissions"]
        assert rights["contents"] == "read", f"{workflow.name}: permissions: {rights}"
