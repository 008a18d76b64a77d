"""A scorecard's figures, and what is said of them in words."""

import pytest

from trainer.language.figures import figures_of, forgetting, known_figures
from trainer.language.job import Job
from trainer.language.verdict import verdict
from trainer.language.which import WhichLanguage


def test_verdicts_in_words() -> None:
    figures = {"asr.es": 0.15, "tts.es": 0.2, "right_language.en-es": 0.99}
    kept = forgetting({"asr.en": 0.2, "sensible.zh": 0.8}, {"asr.en": 0.2, "sensible.zh": 0.82})
    said = " ".join(verdict("Spanish", figures, kept, judged=True))
    assert "hears Spanish well" in said
    assert "speaks Spanish fairly" in said
    assert "Nothing was forgotten" in said
    lost = forgetting({"asr.en": 0.2, "asr.zh": None}, {"asr.en": 0.3, "asr.zh": 0.1})
    assert lost["asr.en"]["worse"] == pytest.approx(0.5)
    assert lost["asr.zh"]["worse"] is None
    bad = " ".join(verdict("Spanish", {"asr.es": 0.9, "right_language.en-es": 0.5}, lost, judged=False))
    assert "hears Spanish badly: 90%" in bad
    assert "not judged" in bad
    assert "often answers in another language" in bad
    assert "recognition in English is 50% worse" in bad


def test_verdicts_say_what_is_answered_and_how_it_was_before() -> None:
    figures = {
        "asr.es": 0.15, "tts.es": 0.5, "sensible.es-es": 0.6, "sensible.en-es": 0.2, "sensible.es-en": None,
        "right_language.en-es": 0.5, "no_reply.es-es": 0.0, "no_reply.en-es": 0.4,
    }  # fmt: skip
    before = {"asr.es": 0.3, "tts.es": 0.1, "sensible.es-es": 0.8, "no_reply.es-es": 0.21}
    previous = {"version": "0.1.0", "figures": before, "same_judge": False, "same_test": True}
    said = verdict("Spanish", figures, {}, judged=True, previous=previous)
    assert said[2:] == [
        "It often answers in another language or not at all (50% right in the worst direction); train turns longer.",
        "Its answers seldom make sense: 40% of them, 20% in the worst direction; more questions with answers, or a"
        " longer training of turns, are needed.",
        "It often says nothing: to 20% of the questions, 40% in the worst direction.",
        "Compared with version 0.1.0, which is in use, better: misheard words (30% then, 15% now); worse: sensible"
        " answers (80% then, 40% now).",
    ]
    silent = {"asr.es": None, "no_reply.en-es": 0.0}
    worse = {"version": "0.1.0", "figures": {"no_reply.x": 0.5}, "same_judge": True, "same_test": False}
    said = verdict("Spanish", silent, {}, judged=False, previous=worse)
    assert "It answered every question." in said
    assert "Whether its answers make sense was not judged" in " ".join(said)
    assert said[-1].endswith("(50% then, 0% now); the two were not asked the same, so this is rough.")
    lost = verdict("Spanish", {"sensible.x": 0.1}, {}, judged=True, previous=previous)
    assert lost[-1].endswith("worse: sensible answers (80% then, 10% now); keep that one.")


def test_chance_is_not_called_forgetting() -> None:
    lost = forgetting({"asr_er.en": 0.01, "right_language.en": 0.9}, {"asr_er.en": 0.018, "right_language.en": 0.9})
    assert lost["asr_er.en"]["worse"] == pytest.approx(0.8)
    assert "Nothing was forgotten" in verdict("Spanish", {}, lost, judged=True)[-1]
    gone = forgetting({"right_language.en": 0.9}, {"right_language.en": 0.45})
    assert verdict("Spanish", {}, gone, judged=True)[-1] == (
        "It has forgotten: answering in English when asked in it is 50% worse; train with more replay."
    )


def test_who_says_nothing_answers_in_no_language(job: Job) -> None:
    which = WhichLanguage({"es": ["casa luna sol perro"] * 3, "en": ["the house and the moon"] * 3})
    turn = {"task": "turn", "language": "en", "target": "es", "failed": None, "transcript": None, "sensible": None,
            "seconds": 1.0}  # fmt: skip
    rows = [
        {**turn, "text": "casa luna"}, {**turn, "text": ""}, {**turn, "text": "casa", "failed": "It could not."},
        {**turn, "text": "casa", "seconds": 0.0},
    ]  # fmt: skip
    found = figures_of(rows, job, which)
    assert (found["right_language.en-es"], found["no_reply.en-es"]) == (0.25, 0.75)


def test_answers_in_the_known_languages_are_watched() -> None:
    which = WhichLanguage({"es": ["casa luna sol perro"] * 3, "en": ["the house and the moon"] * 3})
    turn = {"task": "turn", "language": "en", "target": "en", "failed": None, "sensible": True, "seconds": 1.0}
    rows = [
        {**turn, "text": "the house", "transcript": "the mouse"},
        {**turn, "text": "casa luna", "transcript": "casa luna"},
    ]
    found = known_figures(rows, which)
    assert (found["right_language.en"], found["asr_er.en"]) == (0.5, 0.25)
    across = [{**row, "language": "zh", "sensible": False} for row in rows]
    found = known_figures([*rows, *across], which)
    assert (found["right_language.en"], found["sensible.en"]) == (0.5, 1.0)
    assert (found["right_language.zh-en"], found["asr_er.zh-en"], found["sensible.zh-en"]) == (0.5, 0.25, 0.0)
    lost = forgetting({"sensible.zh-en": 0.8}, {"sensible.zh-en": 0.4})
    assert "answers in English to questions in Mandarin is 50% worse" in verdict("Test", {}, lost, judged=True)[-1]


def test_figures_of_rows(job: Job) -> None:
    which = WhichLanguage({"es": ["casa luna sol perro"] * 3, "en": ["the house and the moon"] * 3})
    turn = {
        "task": "turn",
        "language": "en",
        "target": "es",
        "failed": None,
        "transcript": "casa luna",
        "seconds": 1.0,
    }
    rows = [
        {"task": "asr", "language": "es", "reference": "casa luna", "heard": "casa sol"},
        {**turn, "text": "casa luna", "sensible": True},
        {**turn, "text": "the moon", "sensible": None},
    ]
    found = figures_of(rows, job, which)
    assert found["asr.es"] == 0.5
    assert found["tts.es"] is None
    assert found["sensible.en-es"] == 1.0
    assert found["right_language.en-es"] == 0.5
    assert found["asr_er.en-es"] == pytest.approx(0.5)


def test_which_language_of_one_script() -> None:
    which = WhichLanguage({"es": ["¿Dónde está la estación? Me levanto a las siete."] * 2,
                           "en": ["Where is the station? I get up at seven."] * 2})  # fmt: skip
    assert which.of("Está a las nueve.") == "es"
    assert which.of("the seven") == "en"
    assert which.of("...") is None
