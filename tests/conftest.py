"""Settings of the whole test run: Hypothesis, and a guard against comparing nothing."""

import pytest
from hypothesis import HealthCheck, settings

from tests.support.pictures import TOLERANCE, platform_difference

# No deadlines: CI machines can be slow.
settings.register_profile(
    "figures", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("figures")


def pytest_configure(config):
    if not (config.getoption("mpl", False) or config.getoption("mpl_generate_path", None)):
        raise pytest.UsageError("pictures would not be compared: run pytest with --mpl")


def pytest_report_header():
    if difference := platform_difference():
        return f"pictures: compared with tolerance {TOLERANCE} RMS, not to the pixel: {difference}"
    return "pictures: compared to the pixel"
