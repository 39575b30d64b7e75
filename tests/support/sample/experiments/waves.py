"""The smallest experiment: how high the wave is."""

import numpy as np

SEED = 0


def run() -> dict[str, np.ndarray]:
    """The height of the wave, a random number; a real experiment would compute for long."""
    rng = np.random.default_rng(SEED)
    return {"height": 1 + rng.random()}
