"""Train two networks on few and on many examples, and test them on new signals."""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import relu

from lecture.kernels import normalise, peak_and_trough
from lecture.models import linear_layer
from lecture.training import LOSSES, training_step

SEED = 3
LENGTH = 64  # samples of a signal
KERNEL_SIZE = 17
MOTIF_NORM = 6.0  # against noise of standard deviation 1
SIZES = (8, 16, 32, 64, 128, 256, 512, 1024)  # training examples
RUNS = 7  # each with its own examples and initial weights
NEW_SIGNALS = 2000  # to measure the test error
EXAMPLES = [2, 3]  # new signals of each class, by index, to store: an early and a late motif
HIDDEN = 64  # units of the fully connected network
CHANNELS = 4  # of the convolution
STEP_SIZE, STEPS, BATCH = 0.1, 1500, 32


class FullyConnected(nn.Module):
    """Linear, ReLU, linear: signals (B, N) to logits (B)."""

    def __init__(self, rng: np.random.Generator) -> None:
        """Sample the weights (HIDDEN, N) and (1, HIDDEN); biases start at 0."""
        super().__init__()
        hidden = rng.standard_normal((HIDDEN, LENGTH)) * np.sqrt(2 / LENGTH)
        self.hidden = linear_layer(hidden, np.zeros(HIDDEN))
        self.head = linear_layer(rng.standard_normal((1, HIDDEN)) / np.sqrt(HIDDEN), np.zeros(1))

    def forward(self, signals: Tensor) -> Tensor:
        """One logit for each signal."""
        return self.head(relu(self.hidden(signals)))[:, 0]


class Convolutional(nn.Module):
    """Convolution without bias, global max pooling, linear: signals (B, N) to logits (B)."""

    def __init__(self, rng: np.random.Generator) -> None:
        """Sample the kernels (CHANNELS, 1, KERNEL_SIZE) and weights (1, CHANNELS); bias 0."""
        super().__init__()
        kernels = rng.standard_normal((CHANNELS, 1, KERNEL_SIZE)) / np.sqrt(KERNEL_SIZE)
        self.conv = nn.Conv1d(1, CHANNELS, KERNEL_SIZE, bias=False, dtype=torch.float64)
        with torch.no_grad():
            self.conv.weight.copy_(torch.tensor(kernels))
        head = rng.standard_normal((1, CHANNELS)) / np.sqrt(CHANNELS)
        self.head = linear_layer(head, np.zeros(1))

    def forward(self, signals: Tensor) -> Tensor:
        """One logit for each signal."""
        return self.head(self.conv(signals[:, None]).amax(dim=2))[:, 0]


MODELS: dict[str, Callable[[np.random.Generator], nn.Module]] = {
    "connected": FullyConnected,
    "convolution": Convolutional,
}


def motif() -> np.ndarray:
    """The motif (KERNEL_SIZE), with mean 0 and norm 1."""
    return normalise(peak_and_trough(np.arange(KERNEL_SIZE) - KERNEL_SIZE // 2))


def draw_signals(rng: np.random.Generator, count: int) -> tuple[Tensor, Tensor, np.ndarray]:
    """Noise with one motif each: signals (count, N), labels 0.0 or 1.0, first samples of motifs.

    Label 1 has the motif, label 0 the reversed motif.
    """
    signals = rng.standard_normal((count, LENGTH))
    labels = rng.integers(2, size=count)
    starts = rng.integers(LENGTH - KERNEL_SIZE + 1, size=count)
    patterns = MOTIF_NORM * np.array([motif()[::-1], motif()])
    for signal, label, start in zip(signals, labels, starts, strict=True):
        signal[start : start + KERNEL_SIZE] += patterns[label]
    return torch.tensor(signals), torch.tensor(labels, dtype=torch.float64), starts


def train(name: str, size: int, run: int) -> tuple[nn.Module, Tensor, Tensor]:
    """Sample training examples and a model, and take steps on random batches of the examples."""
    rng = np.random.default_rng([SEED, size, run])
    signals, labels, _ = draw_signals(rng, size)  # the same examples for each `name`
    model = MODELS[name](rng)
    for _ in range(STEPS):
        batch = rng.integers(size, size=BATCH)
        loss = LOSSES["binary classification"]
        training_step(model, loss, signals[batch], labels[batch], STEP_SIZE)
    return model, signals, labels


def error(model: nn.Module, signals: Tensor, labels: Tensor) -> float:
    """The fraction of signals on the wrong side of logit 0."""
    with torch.no_grad():
        return float(((model(signals) > 0) != (labels > 0)).double().mean())


def run() -> dict[str, np.ndarray]:
    """Train each model RUNS times on each number of examples; return errors and weights."""
    torch.set_num_threads(1)  # for the same sums on every machine
    new, new_labels, starts = draw_signals(np.random.default_rng(SEED), NEW_SIGNALS)
    shape = (len(MODELS), len(SIZES), RUNS)
    train_error, test_error = np.empty(shape), np.empty(shape)
    kernels = np.empty((len(SIZES), RUNS, CHANNELS, KERNEL_SIZE))
    head = np.empty((len(SIZES), RUNS, CHANNELS))
    parameters = np.empty(len(MODELS), dtype=np.int64)
    for place in np.ndindex(shape):
        m, k, r = place
        model, signals, labels = train(list(MODELS)[m], SIZES[k], r)
        train_error[place] = error(model, signals, labels)
        test_error[place] = error(model, new, new_labels)
        parameters[m] = sum(weights.numel() for weights in model.parameters())
        if isinstance(model, Convolutional):
            kernels[k, r] = model.conv.weight.detach().numpy()[:, 0]
            head[k, r] = model.head.weight.detach().numpy()[0]
        print(list(MODELS)[m], SIZES[k], r, train_error[place], test_error[place], flush=True)
    examples = [np.flatnonzero(new_labels.numpy() == label)[EXAMPLES] for label in (1, 0)]
    return {
        "sizes": np.array(SIZES),
        "parameters": parameters,
        "train_error": train_error,
        "test_error": test_error,
        "kernels": kernels,
        "head": head,
        "motif": motif(),
        "examples": new.numpy()[examples],
        "starts": starts[examples],
    }
