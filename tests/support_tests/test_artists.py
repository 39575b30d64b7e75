"""Messages of the helpers that read a drawn figure."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from figurepress import look
from tests.support.artists import assert_shows


def test_message_about_a_matrix_has_its_gid():
    mesh = look.heatmap(Figure().subplots(), np.zeros((2, 2)), look.diverging(), (-1, 1))
    mesh.set_gid("map-0")
    with pytest.raises(AssertionError, match="map-0: draws other numbers"):
        assert_shows(mesh, np.ones((2, 2)), (-1, 1))
