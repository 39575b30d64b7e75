"""A pytest plugin for mutmut that sets up all fixtures again for every test.

To test a mutant of a function, mutmut runs the tests that have called this function. If a fixture
calls the function once for many tests, only the first of these tests seems to call it, and mutmut
would not run the others.
"""

import pytest
from _pytest.runner import runtestprotocol


def pytest_runtest_protocol(item: pytest.Item) -> bool:
    """Run a test as if it were the last one, so that all its fixtures are torn down."""
    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    runtestprotocol(item, nextitem=None)
    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True  # so that pytest does not run the test again
