"""The environment as matplotlib and PyTorch are to find it when they are imported."""

import os

# A misspelt backend in the environment would stop the import of matplotlib.
os.environ["MPLBACKEND"] = "agg"
# One thread: a sum split over threads may be rounded in another order.
os.environ.update(OMP_NUM_THREADS="1", MKL_NUM_THREADS="1")
