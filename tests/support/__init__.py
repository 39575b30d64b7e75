"""Helpers of the tests; the tests of these helpers are in tests/support_tests."""
