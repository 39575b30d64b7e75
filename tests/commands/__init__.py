"""Commands behind make that are no tests: mutants, test-platforms, test-bare, test-slurm."""
