"""The networks of the lecture: as plain functions of their layers, and as modules.

A module owns its layers; the function says what is done with them.
"""

from torch import Tensor, nn
from torch.nn.functional import relu


def two_layer_net(X: Tensor, hidden: nn.Linear, head: nn.Linear) -> Tensor:
    """Linear, ReLU, linear: (n, d0) to (n, d1) to (n, d2) (listing 3.4.1)."""
    return head(relu(hidden(X)))


class TwoLayerNet(nn.Module):
    """``two_layer_net`` with layers of its own: (*, d0) to (*, d2) (listing 5.1)."""

    def __init__(self, d0: int, d1: int, d2: int) -> None:
        """Draw random weights (d1, d0), (d2, d1) and biases (d1), (d2)."""
        super().__init__()
        self.hidden = nn.Linear(d0, d1)
        self.head = nn.Linear(d1, d2)

    def forward(self, X: Tensor) -> Tensor:
        """The outputs (*, d2) for inputs (*, d0)."""
        return two_layer_net(X, self.hidden, self.head)


def small_cnn(images: Tensor, conv1: nn.Conv2d, conv2: nn.Conv2d, head: nn.Linear) -> Tensor:
    """Images (B, C, H, W) to logits (B, classes), no ReLU after conv2 (listing 4.8)."""
    maps = conv2(relu(conv1(images)))
    return head(maps.mean(dim=(2, 3)))


class SmallCNN(nn.Module):
    """Images (B, C, H, W) to logits (B, classes), a ReLU after each convolution (listing 5.3).

    Not the network of ``small_cnn``: on the same layers the logits differ.
    """

    def __init__(self, channels: int, classes: int) -> None:
        """Draw random layers: 3x3 convolutions that keep H and W, to 8 and to 16 channels."""
        super().__init__()
        self.conv1 = nn.Conv2d(channels, 8, kernel_size=3, padding=1)
        self.conv2 = nn.Conv2d(8, 16, kernel_size=3, padding=1)
        self.head = nn.Linear(16, classes)

    def forward(self, images: Tensor) -> Tensor:
        """The logits (B, classes) for images (B, C, H, W), H and W of any size."""
        maps = relu(self.conv2(relu(self.conv1(images))))
        return self.head(maps.mean(dim=(2, 3)))
