"""Linear layers and the networks of the lecture, as plain functions and as modules.

A module creates and owns its layers (section 5); the plain function takes them as arguments
(sections 3 and 4).
"""

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import relu


def linear_layer(weight: np.ndarray, bias: np.ndarray | None = None) -> nn.Linear:
    """The layer X -> X W^T + b in float64: weight W (k, d) and bias b (k), or no bias."""
    k, d = weight.shape
    layer = nn.Linear(d, k, bias=bias is not None, dtype=torch.float64)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor(weight))
        if bias is not None:
            layer.bias.copy_(torch.tensor(bias))
    return layer


def linear(X: np.ndarray, weight: np.ndarray, bias: np.ndarray | None = None) -> np.ndarray:
    """X W^T + b, computed by ``torch.nn.Linear``: X (*, d), W (k, d), b (k) to (*, k)."""
    inputs = torch.tensor(X, dtype=torch.float64)
    return linear_layer(weight, bias)(inputs).detach().numpy()


def two_layer_net(X: Tensor, hidden: nn.Linear, head: nn.Linear) -> Tensor:
    """Linear, ReLU, linear: (n, d0) to (n, d1) to (n, d2) (listing 3.4.1)."""
    return head(relu(hidden(X)))


class TwoLayerNet(nn.Module):
    """``two_layer_net`` as a module: (*, d0) to (*, d2) (listing 5.1)."""

    def __init__(self, d0: int, d1: int, d2: int) -> None:
        """Create random weights (d1, d0), (d2, d1) and biases (d1), (d2)."""
        super().__init__()
        self.hidden = nn.Linear(d0, d1)
        self.head = nn.Linear(d1, d2)

    def forward(self, X: Tensor) -> Tensor:
        """Outputs (*, d2) for inputs (*, d0)."""
        return two_layer_net(X, self.hidden, self.head)


def small_cnn(images: Tensor, conv1: nn.Conv2d, conv2: nn.Conv2d, head: nn.Linear) -> Tensor:
    """Images (B, C, H, W) to logits (B, classes), without a ReLU after conv2 (listing 4.8)."""
    maps = conv2(relu(conv1(images)))
    return head(maps.mean(dim=(2, 3)))


class SmallCNN(nn.Module):
    """Images (B, C, H, W) to logits (B, classes), with a ReLU after each convolution (listing 5.3).

    This is not ``small_cnn`` as a module: the second ReLU changes the logits.
    """

    def __init__(self, channels: int, classes: int) -> None:
        """Create random layers: padded 3x3 convolutions to 8 and 16 channels, and a head."""
        super().__init__()
        self.conv1 = nn.Conv2d(channels, 8, kernel_size=3, padding=1)
        self.conv2 = nn.Conv2d(8, 16, kernel_size=3, padding=1)
        self.head = nn.Linear(16, classes)

    def forward(self, images: Tensor) -> Tensor:
        """Logits (B, classes) for images (B, C, H, W) of any size."""
        maps = relu(self.conv2(relu(self.conv1(images))))
        return self.head(maps.mean(dim=(2, 3)))
