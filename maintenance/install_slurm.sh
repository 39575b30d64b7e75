#!/usr/bin/env bash
# Install Debian's Slurm for tests/pipeline/slurm_cluster.py, unless all its programs are installed.
# Fail if one is missing and the machine seems to belong to a real cluster, which must not change.
set -euo pipefail

missing=
for program in slurmctld slurmd srun munged; do
  command -v $program > /dev/null || missing+=" $program"
done
[ -n "$missing" ] || exit 0

refuse() {
  echo "make test-slurm: missing:$missing; $1" >&2
  exit 1
}
if command -v sinfo > /dev/null || [ -e /etc/slurm/slurm.conf ]; then
  refuse "this machine seems to belong to a cluster and is left unchanged; use another machine"
fi
command -v apt-get > /dev/null || refuse "install Slurm and munge, then try again"
[ "$(id -u)" -eq 0 ] || refuse "run as root: apt-get install slurm-wlm munge"
apt-get update -qq
apt-get install -qq --no-install-recommends slurm-wlm munge
