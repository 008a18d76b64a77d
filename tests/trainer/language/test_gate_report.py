"""What follows from the gate's figures."""

import pytest

from trainer.language.gate_report import decide


@pytest.mark.parametrize(
    ("change", "adapt", "passed"),
    [
        ({}, [], True),
        ({"pace": 1.3}, ["durations"], True),
        ({"letters_original": 0.7, "letters_rebuilt": 0.7}, ["quantiser"], False),
        ({"unit_error": 0.8}, ["decoder"], False),
        ({"wer_original": 0.1, "wer_rebuilt": 0.5}, ["decoder"], False),
        ({"wer_original": 0.1, "wer_rebuilt": 0.2, "unit_error": 0.9}, [], True),
    ],
)
def test_the_gates_decisions(change: dict, adapt: list[str], passed: bool) -> None:
    values = {"unit_error": 0.2, "letters_original": 0.1, "letters_rebuilt": 0.2, "wer_original": None,
              "wer_rebuilt": None, "pace": 1.0, **change}  # fmt: skip
    means = {name: values[name] for name in ("unit_error", "letters_original", "letters_rebuilt")}
    found, sentences, fine = decide(means, values["wer_original"], values["wer_rebuilt"], 0.2, values["pace"], "X")
    assert (found, fine) == (adapt, passed)
    assert len(sentences) == 1 + len(adapt)


def test_what_was_adapted_is_not_advised_again() -> None:
    means = {"unit_error": 0.2, "letters_original": 0.1, "letters_rebuilt": 0.2}
    (_, before), (_, after) = (decide(means, None, None, 0.2, 1.3, "X", adapted=done)[1] for done in (False, True))
    assert before.endswith("at 130% of its length; its durations should be adapted.")
    assert after.endswith("at 130% of its length; more speech would help its durations.")
