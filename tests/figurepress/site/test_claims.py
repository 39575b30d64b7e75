"""Tests are found by the claim that they check."""

from figurepress.site.claims import ClaimTest, claim_tests
from tests.support.tiny_lecture import TESTS


def test_tests_are_listed_by_claim(lecture):
    assert claim_tests(lecture / "tests/figures/test_line.py") == {
        "rising": [
            ClaimTest("test_line_rises", 4, 6),
            ClaimTest("test_each_step_is_positive", 9, 12),
        ],
        "straight": [ClaimTest("test_slope_is_one", 15, 20)],
    }
    assert TESTS.splitlines()[9 - 1].startswith("@pytest.mark.parametrize")


def test_names_in_a_test_and_its_helpers_are_found(tmp_path):
    file = tmp_path / "test_x.py"
    file.write_text(
        "BATCH = 1\ndef peak(numbers): return numbers.response + BATCH\n"
        '@pytest.mark.claim("a")\ndef test_a(kernel, peak): assert by(kernel, "r").y == N\n'
    )
    (test,) = claim_tests(file)["a"]
    assert test.names >= {"kernel", "r", "y", "N", "response"}
    assert "BATCH" not in test.names


def test_test_of_two_claims_is_listed_twice(tmp_path):
    file = tmp_path / "test_x.py"
    file.write_text('@pytest.mark.claim("a")\n@pytest.mark.claim("b")\ndef test_a(): ...\n')
    assert list(claim_tests(file)) == ["a", "b"]


def test_missing_file_has_no_tests(tmp_path):
    assert claim_tests(tmp_path / "test_x.py") == {}
