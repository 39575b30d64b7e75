"""Tests are found by the claim that they check."""

from figurepress.site.claims import ClaimTest, claim_tests
from tests.support.tiny_lecture import TESTS


def test_tests_are_listed_by_claim(lecture):
    assert claim_tests(lecture / "tests/figures/test_line.py") == {
        "rising": [
            ClaimTest("test_line_rises", first_line=4, last_line=6),
            ClaimTest("test_each_step_is_positive", first_line=9, last_line=12),
        ],
        "straight": [ClaimTest("test_slope_is_one", first_line=15, last_line=20)],
    }


def test_lines_of_a_test_begin_at_its_first_decorator(lecture):
    _, is_positive = claim_tests(lecture / "tests/figures/test_line.py")["rising"]
    line = TESTS.splitlines()[is_positive.first_line - 1]
    assert line.startswith("@pytest.mark.parametrize")


def test_names_in_a_test_and_its_helpers_are_found(tmp_path):
    file = tmp_path / "test_x.py"
    file.write_text(
        "BATCH = 1\n"
        "def peak(numbers): return numbers.response + BATCH\n"
        '@pytest.mark.claim("a")\n'
        'def test_a(kernel, peak): assert by(kernel, "r").y == N\n'
    )
    (test,) = claim_tests(file)["a"]
    assert test.names >= {"kernel", "r", "y", "N", "response"}
    assert "BATCH" not in test.names  # a constant of the test file, not of the figure


def test_test_of_two_claims_is_listed_with_each(tmp_path):
    file = tmp_path / "test_x.py"
    file.write_text('@pytest.mark.claim("a")\n@pytest.mark.claim("b")\ndef test_a(): ...\n')
    assert list(claim_tests(file)) == ["a", "b"]


def test_missing_file_has_no_tests(tmp_path):
    assert claim_tests(tmp_path / "test_x.py") == {}
