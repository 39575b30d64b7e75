"""What the lecture teaches, as code: losses, models, training, convolution, pooling."""
