"""The pinned lists say the same to pip and to conda."""

import re
import subprocess
import sys
from pathlib import Path

from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]
ENVS = ROOT / "envs"
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))


def test_conda_is_asked_for_the_versions_that_pip_pins(tmp_path):
    for name in ("conda.py", "requirements.in", "requirements.txt", "torch.txt"):
        (tmp_path / name).write_text((ENVS / name).read_text())
    subprocess.run([sys.executable, tmp_path / "conda.py"], check=True)
    written = (tmp_path / "environment.yaml").read_text()
    assert written == (ENVS / "environment.yaml").read_text(), "the lists part: make upgrade"


def test_conda_list_names_every_direct_requirement():
    asked = re.findall(r"^[a-z][\w.-]*", (ENVS / "requirements.in").read_text(), re.M)
    conda = YAML(typ="safe").load((ENVS / "environment.yaml").read_text())["dependencies"]
    assert len(conda) == len(asked) + 2, "all of requirements.in, python and pytorch"
    assert all(re.fullmatch(r"[\w.-]+=[\w.]+", pin) for pin in conda)


def test_every_pin_carries_hashes():
    pins = re.split(r"\n(?=[\w.-]+==)", (ENVS / "requirements.txt").read_text())[1:]
    bare = [pin.split()[0] for pin in pins if "--hash=sha256:" not in pin]
    assert not bare, f"envs/requirements.txt: no hash: {', '.join(bare)}"


def test_hosted_workflow_may_only_read():
    for workflow in WORKFLOWS:
        rights = YAML(typ="safe").load(workflow)["permissions"]
        assert rights == {"contents": "read"}, f"{workflow.name}: permissions: {rights}"


def test_actions_are_pinned_by_hash():
    """A tag can be moved to other code; a commit cannot."""
    used = [use for it in WORKFLOWS for use in re.findall(r"uses: (\S+)", it.read_text())]
    assert used
    loose = [use for use in used if not re.search(r"@[0-9a-f]{40}$", use)]
    assert not loose, f"not pinned by a commit: {', '.join(loose)}"
