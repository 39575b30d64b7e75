"""Settings of the whole test run; the fixtures are in tests/support/fixtures.py."""

import gc
import os

import pytest
from hypothesis import HealthCheck, settings
from threadpoolctl import threadpool_limits

from figurepress import look
from figurepress.project.config import check_stem, read
from figurepress.project.validated_files import InputError
from tests.support.image_test import TOLERANCE, platform_difference

# No deadlines: CI machines can be slow.
settings.register_profile(
    "figures", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("figures")


pytest_plugins = ["tests.support.fixtures", "tests.support.failure_messages"]
collect_ignore = ["support"]  # its sample lecture has tests of its own


def pytest_addoption(parser):
    parser.addoption("--figure", metavar="STEM", help="only the tests of this figure")


def pytest_collection_modifyitems(config, items):
    """Select the tests of --figure; run all tests of a figure together, to share its drawings."""
    if stem := config.getoption("--figure"):
        config.hook.pytest_deselected(items=[item for item in items if _topic(item) != stem])
        items[:] = [item for item in items if _topic(item) == stem]
    first_place = {}
    for place, item in enumerate(items):
        first_place.setdefault(_topic(item), place)
    # Tests in tests/figures come first, because the tests of legibility change the drawn figure.
    items.sort(key=lambda item: (first_place[_topic(item)], item.path.parent.name != "figures"))


def _topic(item):
    """The value of the test's parameter `stem`, or else the name of its module without test_."""
    callspec = getattr(item, "callspec", None)  # only parametrised tests have one
    stem = callspec and callspec.params.get("stem")
    return stem or item.path.stem.removeprefix("test_")


def pytest_configure(config):
    # Threads that wait for each other take four times the CPU time on small arrays.
    os.environ["OMP_NUM_THREADS"] = "1"  # PyTorch reads this when it is imported
    threadpool_limits(1)
    try:
        lecture = read()
        look.use(lecture.width, lecture.colors, lecture.series)
        if stem := config.getoption("--figure"):
            check_stem(stem, lecture)
            gc.disable()  # a tenth faster, and the tests of one figure need little memory
    except InputError as error:
        raise pytest.UsageError(str(error)) from None
    if not (config.getoption("mpl", False) or config.getoption("mpl_generate_path", None)):
        raise pytest.UsageError("pictures would not be compared: run pytest with --mpl")


def pytest_report_header():
    if difference := platform_difference():
        return f"pictures: compared with tolerance {TOLERANCE} RMS, not to the pixel: {difference}"
    return "pictures: compared to the pixel"
