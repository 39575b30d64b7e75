"""Prefixes for commands, which take away root's rights or add a mount."""

import os
import shutil
import subprocess

import pytest


def bound_by_permissions() -> tuple[str, ...]:
    """A command prefix that removes root's right to read and write everything."""
    if os.geteuid() != 0:
        return ()
    if not shutil.which("setpriv"):
        pytest.skip("setpriv is missing, and root may read and write everything")
    return ("setpriv", "--bounding-set=-dac_override,-dac_read_search")


def with_mount(mount: str, after: str = "true") -> tuple[str, ...]:
    """A command prefix that runs `mount` first, in its own mount namespace, and `after` last."""
    own = ("unshare", "--map-root-user", "--mount", "sh", "-c")
    if not shutil.which("unshare") or subprocess.run([*own, "true"]).returncode != 0:
        pytest.skip("this machine does not allow users to mount")
    return (*own, f'{mount} || exit 9; "$@"; status=$?; {after}; exit $status', "sh")
