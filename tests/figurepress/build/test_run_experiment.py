"""What an experiment may return, and what is written."""

import io
import re

import numpy as np
import pytest

from figurepress.build.run_experiment import to_bytes

ARRAYS = {"loss": np.linspace(0, 1, 5), "n": np.array([1, 2]), "names": np.array(["a", "bc"])}


def test_saved_arrays_load_unchanged():
    with np.load(io.BytesIO(to_bytes(ARRAYS, "x.py", {"script": "0"}))) as loaded:
        assert list(loaded) == list(ARRAYS)
        for name, array in ARRAYS.items():
            assert loaded[name].dtype == array.dtype
            np.testing.assert_array_equal(loaded[name], array)


def test_same_arrays_give_same_bytes_at_any_time(monkeypatch):
    first = to_bytes(ARRAYS, "x.py", {"script": "0"})
    monkeypatch.setattr("time.localtime", lambda *_: (2001, 2, 3, 4, 5, 6, 0, 0, 0))
    assert to_bytes(ARRAYS, "x.py", {"script": "0"}) == first


@pytest.mark.parametrize(
    ("result", "message"),
    [
        (None, "x.py: run() returned None; return a dictionary of arrays by name"),
        ({}, "x.py: run() returned {}; return a dictionary of arrays by name"),
        ({"a": object()}, "x.py: run() returned objects for 'a'; return an array of numbers"),
    ],
)
def test_results_other_than_arrays_are_rejected(result, message):
    with pytest.raises(SystemExit, match=re.escape(message)):
        to_bytes(result, "x.py", {})
