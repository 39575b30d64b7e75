"""Write environment.yaml: what requirements.in asks for, as pip's list pins it, for conda."""

import re
from pathlib import Path

ENVS = Path(__file__).parent
CONDA_NAMES = {
    "lazy-loader": "lazy_loader",
    "matplotlib": "matplotlib-base",
    "ruamel-yaml": "ruamel.yaml",
    "torch": "pytorch",
}


def environment() -> str:
    """The text of environment.yaml."""
    wanted = re.findall(r"^[a-z][\w.-]*", (ENVS / "requirements.in").read_text(), re.M)
    lists = (ENVS / "requirements.txt").read_text() + (ENVS / "torch.txt").read_text()
    pinned = dict(re.findall(r"^([\w.-]+)==([\w.]+)", lists, re.M))
    return "\n".join(
        [
            "# The versions of requirements.txt, for conda. Written by `make upgrade`.",
            "# Only pip's list is exercised.",
            "channels: [conda-forge, bioconda, nodefaults]",
            "dependencies:",
            "  - python=3.11",
            *(f"  - {CONDA_NAMES.get(n, n)}={pinned[n]}" for n in sorted([*wanted, "torch"])),
            "",
        ]
    )


if __name__ == "__main__":
    (ENVS / "environment.yaml").write_text(environment())
