import pytest
from truth import is_true


@pytest.mark.parametrize(
    ("code", "at_exit", "settled", "true"),
    [
        (0, "2", "2", True),
        # Told before it was so, and told of what was taken back.
        (0, None, "2", False),
        (0, "2", "1", False),
        (0, "1", "1", False),
        (31, "1", "1", True),
        # Called failed, and it serves all the same.
        (1, "1", "2", False),
        (1, None, None, True),
        (None, "2", "2", False),
        (None, "1", "1", False),
    ],
)
def test_a_code_is_true_only_by_what_serves(code, at_exit, settled, true):
    assert is_true(code, at_exit, settled, "2") is true
