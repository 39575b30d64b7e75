"""The mathematics of the lecture on optimisers."""
