"""The smallest experiment: how high the wave is."""

import numpy as np

SEED = 0


def run() -> dict[str, np.ndarray]:
    """The height: one random number, after a computation that could be long."""
    rng = np.random.default_rng(SEED)
    return {"height": 1 + rng.random()}
