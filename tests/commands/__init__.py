"""Commands behind make that are not tests: mutants, test-platforms, test-bare, test-slurm."""
