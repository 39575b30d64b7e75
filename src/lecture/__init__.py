"""The mathematics of the lecture: losses, models, training, convolution, pooling."""
