"""A Slurm cluster of this machine only: on loopback, with all its files in one temporary folder."""

import getpass
import os
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

# This neither reads /etc/slurm nor affects a cluster that runs on this machine.
CONFIGURATION = """\
ClusterName=figures
SlurmctldHost=localhost(127.0.0.1)
SlurmctldPort={ports[0]}
SlurmdPort={ports[1]}
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
SlurmUser={user}
SlurmdUser={user}
AuthInfo=socket={folder}/munge.socket
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
{node} NodeAddr=127.0.0.1
PartitionName=all Nodes=ALL Default=YES
"""
# A wrapper of srun, because Snakemake's executor starts srun without SLURM_CONF.
SRUN = """\
#!/bin/sh
SLURM_CONF={folder}/slurm.conf exec {srun} "$@"
"""


@contextmanager
def cluster() -> Iterator[dict[str, str]]:
    """Run a cluster; yield the environment in which Slurm's commands use it."""
    with ExitStack() as stack:
        # Not pytest's folder: the path of a socket has 108 characters at most.
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="slurm-")))
        folder.chmod(0o755)  # munged requires this
        (folder / "munge.key").touch(mode=0o600)
        (folder / "munge.key").write_bytes(secrets.token_bytes(128))
        (folder / "srun").write_text(SRUN.format(folder=folder, srun=shutil.which("srun")))
        (folder / "srun").chmod(0o755)
        (folder / "slurm.conf").write_text(
            CONFIGURATION.format(
                folder=folder,
                ports=_free_ports(2),
                user=getpass.getuser(),
                node=_output("slurmd", "-C").splitlines()[0],  # "NodeName=... CPUs=..."
            )
        )
        environment = os.environ | {
            "PATH": f"{folder}:{os.environ['PATH']}",
            "SLURM_CONF": f"{folder}/slurm.conf",
        }

        def start(*command: str) -> None:
            log = stack.enter_context((folder / f"{command[0]}.log").open("w"))
            # The kernel ends the daemon when this process ends, even if it is killed.
            tied = ("setpriv", "--pdeathsig=TERM", *command)
            daemon = subprocess.Popen(tied, env=environment, stdout=log, stderr=log)
            # The last callback runs first.
            stack.callback(daemon.wait, 30)
            stack.callback(daemon.terminate)

        munge = [f"--{part}-file={folder}/munge.{part}" for part in ("key", "pid", "seed", "log")]
        start("munged", "--foreground", f"--socket={folder}/munge.socket", *munge)
        until((folder / "munge.socket").exists)
        start("slurmctld", "-D")
        start("slurmd", "-D")
        until(lambda: "idle" in _output("sinfo", "--noheader", env=environment))
        stack.callback(until, lambda: not _output("squeue", "--noheader", env=environment))
        stack.callback(_output, "scancel", "--me", env=environment)
        yield environment


def until(holds: Callable[[], object], seconds: float = 60) -> None:
    """Wait until ``holds()`` is true; raise TimeoutError after `seconds`."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise TimeoutError(f"waited {seconds} seconds")
        time.sleep(0.2)


def _output(*command: str, env: dict[str, str] | None = None) -> str:
    return subprocess.run(command, env=env, capture_output=True, text=True).stdout


def _free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        # All are open at the same time, so that their ports differ.
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
