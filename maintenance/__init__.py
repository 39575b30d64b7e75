"""Programs that try out the project: mutants, other platforms, minimal systems, Slurm."""
