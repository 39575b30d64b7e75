"""Prefixes for commands, which take away root's rights or add a mount."""

import os
import shutil
import subprocess

import pytest


def bound_by_permissions() -> tuple[str, ...]:
    """A command prefix that removes root's right to access all files; () for other users."""
    if os.geteuid() != 0:
        return ()
    if not shutil.which("setpriv"):
        pytest.skip("setpriv is missing, and root may read and write everything")
    return ("setpriv", "--bounding-set=-dac_override,-dac_read_search")


def with_mount(mount: str, after: str = "true") -> tuple[str, ...]:
    """A command prefix: run the shell command `mount`, then the command itself, then `after`.

    They run in a mount namespace of their own, so that the rest of the machine sees no mount.
    """
    shell = ("unshare", "--map-root-user", "--mount", "sh", "-c")
    if not shutil.which("unshare") or subprocess.run([*shell, "true"]).returncode != 0:
        pytest.skip("this machine does not allow users to mount")
    # The status 9 makes the test fail: no command that is tested ends with it.
    script = f'{mount} || exit 9; "$@"; status=$?; {after}; exit $status'
    return (*shell, script, "sh")  # "sh" is $0 of the script; "$@" is the command that follows
