"""Tests are found by the claim that they prove."""

from figurepress.site.claims import Proof, proofs_by_claim
from tests.support.tiny_lecture import TESTS


def test_tests_are_listed_by_claim(lecture):
    assert proofs_by_claim(lecture / "tests/figures/test_line.py") == {
        "rising": [
            Proof("test_line_rises", 4, 6),
            Proof("test_each_step_is_positive", 9, 12),
        ],
        "straight": [Proof("test_slope_is_one", 15, 20)],
    }
    assert TESTS.splitlines()[8].startswith("@pytest.mark.parametrize")


def test_names_in_a_test_are_known(tmp_path):
    file = tmp_path / "test_x.py"
    file.write_text(
        "BATCH = 1\ndef peak(numbers): return numbers.response + BATCH\n"
        '@pytest.mark.claim("a")\ndef test_a(kernel, peak): assert by(kernel, "r").y == N\n'
    )
    (proof,) = proofs_by_claim(file)["a"]
    assert proof.names >= {"kernel", "r", "y", "N", "response"}
    assert "BATCH" not in proof.names


def test_methods_count_too(tmp_path):
    file = tmp_path / "test_x.py"
    file.write_text('class TestX:\n    @pytest.mark.claim("a")\n    def test_a(self): ...\n')
    assert proofs_by_claim(file) == {"a": [Proof("test_a", 2, 3)]}


def test_test_of_two_claims_is_listed_twice(tmp_path):
    file = tmp_path / "test_x.py"
    file.write_text('@pytest.mark.claim("a")\n@pytest.mark.claim("b")\ndef test_a(): ...\n')
    assert list(proofs_by_claim(file)) == ["a", "b"]


def test_missing_file_has_no_tests(tmp_path):
    assert proofs_by_claim(tmp_path / "test_x.py") == {}
