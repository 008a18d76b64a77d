"""A scorecard in sentences: good or not, and what to do about it. Knows nothing of how anything was measured."""

from __future__ import annotations

from typing import Any, Final

from trainer.language.figures import BOUNDS, HIGHER, Lost, task_words

__all__ = ["verdict"]

_BAD_ANSWERS: Final = 0.2
_CHANCE: Final = 0.01
"""So little more or less, of all words or answers, is not called a change for the worse."""
_ALIKE: Final = 0.02
_SAME_TEST: Final = (
    "It is about as good as version {0}, which is in use.",
    "Compared with version {0}, which is in use, better: {1}.",
    "Compared with version {0}, which is in use, better: {1}; worse: {2}.",
    "Compared with version {0}, which is in use, worse: {1}; keep that one.",
)
_ANOTHER_TEST: Final = (
    "It is about as good as version {0}, which is in use; the two were not asked the same, so this is rough.",
    "Compared with version {0}, which is in use, better: {1}; the two were not asked the same, so this is rough.",
    "Compared with version {0}, which is in use, better: {1}; worse: {2}; the two were not asked the same, so this is"
    " rough.",
    "Compared with version {0}, which is in use, worse: {1}; the two were not asked the same, so this is rough; keep"
    " that one.",
)
"""Alike, better, better and worse, worse."""
_COMPARED: Final = {
    "asr": "misheard words", "tts": "words that Whisper mishears", "sensible": "sensible answers",
    "right_language": "answers in the right language", "no_reply": "questions without an answer",
}  # fmt: skip


def verdict(
    name: str,
    figures: dict[str, Any],
    lost: Lost,
    *,
    judged: bool,
    whisper: bool = False,
    previous: dict[str, Any] | None = None,
) -> list[str]:
    """The figures in sentences: good or not, and what to do about it. `judged`: by Whisper, who was there if `whisper`,
    but may not know the language; `previous` is the version that is in use."""
    sentences = [_hears(name, _of(figures, "asr.")), _speaks(name, _of(figures, "tts."), judged, whisper)]
    right = _all(figures, "right_language.")
    if right:
        worst = min(right)
        good = worst >= BOUNDS["right_language"][0]
        sentences.append(
            f"It answers in the language that is asked for ({worst:.0%} in the worst direction)."
            if good
            else f"It often answers in another language or not at all ({worst:.0%} right in the worst direction); train"
            " turns longer."
        )
    sentences += [_answers(_all(figures, "sensible.")), _silence(_all(figures, "no_reply.")), _forgot(lost)]
    if previous is not None:
        sentences.append(_compared(figures, previous))
    return [sentence for sentence in sentences if sentence]


def _of(figures: dict[str, Any], prefix: str) -> float | None:
    return next((value for name, value in figures.items() if name.startswith(prefix)), None)


def _all(figures: dict[str, Any], prefix: str) -> list[float]:
    return [value for name, value in figures.items() if name.startswith(prefix) and value is not None]


def _hears(name: str, asr: float | None) -> str:
    if asr is None:
        return f"Nothing was measured of how well it hears {name}: there is no speech that was kept for the test."
    fair, good = BOUNDS["asr"]
    if asr <= good:
        return f"It hears {name} well: {asr:.0%} of the words are wrong."
    if asr <= fair:
        return f"It hears {name} fairly: {asr:.0%} of the words are wrong."
    return f"It hears {name} badly: {asr:.0%} of the words are wrong; more speech or a longer training is needed."


def _speaks(name: str, tts: float | None, judged: bool, whisper: bool) -> str:
    if not judged:
        why = f"Whisper does not know {name}" if whisper else "Whisper was not there"
        return f"How well its {name} can be understood was not judged: {why}; listen to it."
    if tts is None:
        return ""
    fair, good = BOUNDS["tts"]
    if tts <= good:
        return f"It speaks {name} well: {tts:.0%} of the words are misheard by Whisper."
    if tts <= fair:
        return f"It speaks {name} fairly: {tts:.0%} of the words are misheard by Whisper."
    return f"It speaks {name} badly: {tts:.0%} of the words are misheard by Whisper."


def _answers(shares: list[float]) -> str:
    if not shares:
        return "Whether its answers make sense was not judged: there are no questions with known answers to ask."
    mean, worst = sum(shares) / len(shares), min(shares)
    fair, good = BOUNDS["sensible"]
    if mean >= good:
        return f"Its answers make sense: {mean:.0%} of them, {worst:.0%} in the worst direction."
    if mean >= fair:
        return f"Its answers often make sense: {mean:.0%} of them, {worst:.0%} in the worst direction."
    if mean >= _BAD_ANSWERS:
        return (
            f"Its answers seldom make sense: {mean:.0%} of them, {worst:.0%} in the worst direction; more questions"
            " with answers, or a longer training of turns, are needed."
        )
    return (
        f"Its answers hardly ever make sense: {mean:.0%} of them, {worst:.0%} in the worst direction; more questions"
        " with answers, or a longer training of turns, are needed."
    )


def _silence(shares: list[float]) -> str:
    if not shares:
        return ""
    mean, worst = sum(shares) / len(shares), max(shares)
    often, seldom = BOUNDS["no_reply"]
    if not worst:
        return "It answered every question."
    if mean <= seldom:
        return f"It seldom says nothing: to {mean:.0%} of the questions, {worst:.0%} in the worst direction."
    if mean <= often:
        return f"It sometimes says nothing: to {mean:.0%} of the questions, {worst:.0%} in the worst direction."
    return f"It often says nothing: to {mean:.0%} of the questions, {worst:.0%} in the worst direction."


def _forgot(lost: Lost) -> str:
    worse = {name: _change(entry) for name, entry in lost.items() if entry["worse"] is not None}
    if not worse:
        return ""
    figure, most = max(worse.items(), key=lambda item: item[1])
    task, _, of = figure.partition(".")
    where = task_words(task, of)
    much, little = BOUNDS["forgotten"]
    if most <= little:
        return "Nothing was forgotten: the languages it knew before are as good as they were."
    if most <= much:
        return f"Little was forgotten: at most {most:.0%}, in {where}."
    return f"It has forgotten: {where} is {most:.0%} worse; train with more replay."


def _change(entry: dict[str, float | None]) -> float:
    """How much worse, unless that is hardly more than chance."""
    was, now, worse = entry["before"], entry["after"], entry["worse"]
    return 0.0 if was is None or now is None or worse is None or abs(now - was) <= _CHANCE else worse


def _compared(figures: dict[str, Any], previous: dict[str, Any]) -> str:
    better: list[str] = []
    worse: list[str] = []
    for kind, what in _COMPARED.items():
        now, then = _all(figures, f"{kind}."), _all(previous["figures"], f"{kind}.")
        if not now or not then or (kind == "tts" and not previous["same_judge"]):
            continue
        after, before = sum(now) / len(now), sum(then) / len(then)
        if abs(after - before) > _ALIKE:
            good = (after > before) == (kind in HIGHER)
            (better if good else worse).append(f"{what} ({before:.0%} then, {after:.0%} now)")
    alike, now_better, both, now_worse = _SAME_TEST if previous["same_test"] else _ANOTHER_TEST
    said = both if better and worse else now_better if better else now_worse if worse else alike
    return said.format(previous["version"], *(", ".join(items) for items in (better, worse) if items))
