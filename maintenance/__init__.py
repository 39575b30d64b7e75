"""Programs that test the project itself: with mutants, on other platforms, with Slurm."""
