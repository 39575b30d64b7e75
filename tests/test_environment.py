"""The pinned lists say the same to pip and to conda."""

import re
from pathlib import Path

from ruamel.yaml import YAML

ENVS = Path(__file__).parents[1] / "envs"
CONDA_NAMES = {
    "lazy-loader": "lazy_loader",
    "matplotlib": "matplotlib-base",
    "ruamel-yaml": "ruamel.yaml",
    "torch": "pytorch",
}


def test_conda_asks_for_the_versions_that_pip_pins():
    wanted = re.findall(r"^[a-z][\w.-]*", (ENVS / "requirements.in").read_text(), re.M)
    lists = (ENVS / "requirements.txt").read_text() + (ENVS / "torch.txt").read_text()
    pinned = dict(re.findall(r"^([\w.-]+)==([\w.]+)", lists, re.M))
    expected = {f"{CONDA_NAMES.get(name, name)}={pinned[name]}" for name in [*wanted, "torch"]}
    conda = YAML(typ="safe").load((ENVS / "environment.yaml").read_text())["dependencies"]
    assert set(conda) == {"python=3.11"} | expected


def test_every_pin_carries_hashes():
    pins = re.split(r"\n(?=[\w.-]+==)", (ENVS / "requirements.txt").read_text())[1:]
    bare = [pin.split()[0] for pin in pins if "--hash=sha256:" not in pin]
    assert not bare, f"envs/requirements.txt: no hash: {', '.join(bare)}"
