"""A Python without the packages is told what to do."""

import subprocess
import sys

from tests.support.projects import ROOT


def test_pytest_without_packages_names_the_command():
    code = f"import runpy; runpy.run_path({str(ROOT / 'conftest.py')!r})"
    done = subprocess.run([sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True)
    assert done.stderr == "this Python lacks the packages of the tests; run `make test`\n"
