"""The guards are guarded: a fault in mathematics, data, words or drawing turns a test red."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PARTS = ["config.yaml", "envs", "figures", "prompts", "pyproject.toml", "scripts", "tests"]

# What goes wrong: the figure, the file, the place in it, and what stands there then.
FAULTS = {
    "kernel flipped": (
        "conv1d_pattern_detection",
        "scripts/conv1d_pattern_detection.py",
        r"sliding_dot_product\(signal, kernel\)$",
        "sliding_dot_product(signal, kernel[::-1].copy())",
    ),
    "motif moved, dashed line not": (
        "conv1d_pattern_detection",
        "scripts/conv1d_pattern_detection.py",
        r"signal\[centre \+ offsets\]",
        "signal[centre + 1 + offsets]",
    ),
    "legend labels swapped": (
        "nonlinearities",
        "scripts/nonlinearities.py",
        r'"GELU: (.*)\n(.*)"SiLU: ',
        r'"SiLU: \1\n\2"GELU: ',
    ),
    "tick label edited": (
        "toeplitz_conv_matrix",
        "scripts/toeplitz_conv_matrix.py",
        r"r\[\{i\}\]",
        "r[{i + 1}]",
    ),
    "point dropped": (
        "bias_vs_nobias_2d",
        "scripts/bias_vs_nobias_2d.py",
        r"numbers\.points\[mine\]",
        "numbers.points[mine][1:]",
    ),
    "colour off by 1/255": (
        "quadratic_loss_curve",
        "scripts/lecture/palette.py",
        r"#8e5fcb",
        "#8e5fcc",
    ),
    "max for average": (
        "pooling_window_stride",
        "scripts/pooling_window_stride.py",
        r"AvgPool2d",
        "MaxPool2d",
    ),
    "diverging map off centre": (
        "conv2d_template_matching",
        "scripts/conv2d_template_matching.py",
        r"vmin=-limit",
        "vmin=-limit / 2",
    ),
    "sign of the bias": (
        "bias_vs_nobias_2d",
        "scripts/bias_vs_nobias_2d.py",
        r"return -b \* w",
        "return b * w",
    ),
    "number in a caption": (
        "conv1d_pattern_detection",
        "prompts/conv1d_pattern_detection.md",
        r"^  2\.17 and",
        "  2.18 and",
    ),
    "other seed": (
        "conv1d_pattern_detection",
        "scripts/conv1d_pattern_detection.py",
        r"^SEED = 1",
        "SEED = 2",
    ),
}


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A copy of the project whose tests can run."""
    project = tmp_path_factory.mktemp("faults")
    for part in PARTS:
        copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy2
        copy(ROOT / part, project / part)
    return project


def run_tests_of(project: Path, stem: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n0", "-p", "no:randomly", f"tests/test_{stem}.py"],
        cwd=project,
        capture_output=True,
        text=True,
    )


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS)
def test_seeded_fault_is_found(project, fault):
    stem, file, place, wrong = FAULTS[fault]
    right = (project / file).read_text()
    text, count = re.subn(place, wrong, right, flags=re.MULTILINE)
    assert count == 1, f"{file}: {place!r} is there {count} times"
    (project / file).write_text(text)
    try:
        tests = run_tests_of(project, stem)
    finally:
        (project / file).write_text(right)
    assert tests.returncode == 1, f"{stem}: no test saw it: {fault}"
    assert f"FAILED tests/test_{stem}.py::" in tests.stdout


@pytest.mark.slow
@pytest.mark.parametrize("stem", sorted({stem for stem, *_ in FAULTS.values()}))
def test_without_a_fault_nothing_is_found(project, stem):
    assert run_tests_of(project, stem).returncode == 0
