"""The benchmark runs and prints its table."""

import subprocess
import sys

import pytest


@pytest.mark.soak
def test_benchmark_prints_a_table_of_ratios():
    run = subprocess.run(
        [sys.executable, "benchmarks/bench.py", "1"], capture_output=True, text=True
    )
    assert run.returncode == 0, run.stdout + run.stderr
    _, _, *rows = run.stdout.splitlines()
    assert len(rows) >= 6
    assert all(float(row.split("|")[2]) > 0 for row in rows), run.stdout
