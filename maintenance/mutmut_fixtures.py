"""A pytest plugin for mutmut: fixtures of every scope are set up again for every test.

mutmut runs those tests of a mutated function that call it. If tests share a fixture, only the
first of them calls what the fixture calls, and the others would not be run.
"""

import pytest
from _pytest.runner import runtestprotocol


def pytest_runtest_protocol(item: pytest.Item) -> bool:
    """Run a test as if it were the last one, so that all its fixtures are torn down."""
    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    runtestprotocol(item, nextitem=None)
    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True
