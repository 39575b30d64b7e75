"""The pinned lists say the same to pip and to conda."""

import re
import subprocess
import sys
from pathlib import Path

from ruamel.yaml import YAML

ENVS = Path(__file__).parents[1] / "envs"


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
