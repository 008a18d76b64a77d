"""Parametric questions made without end: sums, units, weekdays, translations, comparisons, repeating.

`draw` fixes what is asked; the case then speaks both languages with the same content. Wordings stand in
`assets/dialogues/templates.jsonl`, words and phrases in `lexicon.jsonl`, sentences to repeat in `sentences.jsonl`.
Everything is speakable: numbers are words. Knows nothing of audio.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Any

from cslm_core.assets import assets_folder

LANGUAGES = ("en", "zh")
SPLITS = ("train", "test")

SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
)
ONES = SMALL.split()
TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
DIGITS = "零一二三四五六七八九"
NUMERAL = f"[{DIGITS}两十百千]"
WEEKDAYS = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "zh": ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日"),
}
# English singular and plural, Chinese name.
UNITS = {
    "second": ("second", "seconds", "秒"),
    "minute": ("minute", "minutes", "分钟"),
    "hour": ("hour", "hours", "小时"),
    "day": ("day", "days", "天"),
    "week": ("week", "weeks", "周"),
    "month": ("month", "months", "个月"),
    "year": ("year", "years", "年"),
    "gram": ("gram", "grams", "克"),
    "kilo": ("kilo", "kilos", "公斤"),
    "centimetre": ("centimetre", "centimetres", "厘米"),
    "metre": ("metre", "metres", "米"),
    "kilometre": ("kilometre", "kilometres", "公里"),
}
# Larger unit, smaller unit, how many of the smaller are in the larger.
CONVERSIONS = (
    ("minute", "second", 60),
    ("hour", "minute", 60),
    ("day", "hour", 24),
    ("week", "day", 7),
    ("year", "month", 12),
    ("metre", "centimetre", 100),
    ("kilo", "gram", 1000),
    ("kilometre", "metre", 1000),
)

Slots = dict[str, str]


@dataclass(frozen=True)
class Turn:
    """One question with its answer; `keys` as in `dialogues.QuestionType`."""

    question: str
    answer: str
    keys: list[list[str]]


@dataclass(frozen=True)
class Form:
    """The wordings of one sort of question: texts with slots, per language."""

    name: str
    kind: str
    questions: dict[str, dict[str, list[str]]]
    answers: dict[str, str]
    keys: dict[str, list[list[str]]]


@dataclass(frozen=True)
class Case:
    """One drawn question: a form and what fills its slots, per language.

    `reply` says who chooses the language of the answer: "any" (the listener), "same" (repeating: the language of the
    question) or "other" (translating: the language the question is not in).
    """

    form: Form
    slots: dict[str, Slots]
    reply: str = "any"

    def wordings(self, language: str, split: str = "train") -> int:
        """How many wordings there are."""
        return len(self.form.questions[split][language])

    def question(self, language: str, wording: int, split: str = "train") -> str:
        """The question in wording number `wording`."""
        return _fill(self.form.questions[split][language][wording], self.slots[language])

    def reply_language(self, question_language: str, wanted: str) -> str:
        """The language in which a question in `question_language` is answered, if the listener wants `wanted`."""
        if self.reply == "any":
            return wanted
        return question_language if self.reply == "same" else LANGUAGES[1 - LANGUAGES.index(question_language)]

    def answer(self, language: str) -> str:
        """The answer spoken in `language`."""
        return _fill(self.form.answers[language], self.slots[language])

    def keys(self, language: str) -> list[list[str]]:
        """Groups of lower-case alternatives; a right answer in `language` holds one of each group."""
        slots = self.slots[language]
        return [[key.format_map(slots).lower() for key in group] for group in self.form.keys[language]]


def generate(kind: str, language: str, rng: Random, *, reply: str | None = None, split: str = "train") -> Turn:
    """A question of `kind` in `language`, answered in `reply` (as asked, unless told) if the kind leaves it open."""
    case = draw(rng, kind)
    answered = case.reply_language(language, reply or language)
    question = case.question(language, rng.randrange(case.wordings(language, split)), split)
    return Turn(question, case.answer(answered), case.keys(answered))


def draw(rng: Random, kind: str | None = None) -> Case:
    """A case of `kind`, or of any kind; KeyError for an unknown one."""
    return DRAWS[kind or rng.choice(KINDS)](rng)


def says(answer: str, keys: Iterable[Iterable[str]]) -> bool:
    """True if the answer holds one alternative of every group as whole words: "seventy" is not "seven"."""
    return all(any(_holds(answer.lower(), key) for key in group) for group in keys)


def english(number: int) -> str:
    """0 to 9999 in words."""
    if number < 20:
        return ONES[number]
    if number < 100:
        return TENS[number // 10] + (f"-{ONES[number % 10]}" if number % 10 else "")
    size, name = (1000, "thousand") if number >= 1000 else (100, "hundred")
    rest = number % size
    joint = " and " if rest < 100 else " "
    return f"{english(number // size)} {name}" + (f"{joint}{english(rest)}" if rest else "")


def chinese(number: int, *, counting: bool = False) -> str:
    """0 to 9999 in characters; `counting` says two before a measure word as 两."""
    if number == 2 and counting:
        return "两"
    if number < 10:
        return DIGITS[number]
    if number < 20:
        return "十" + (DIGITS[number % 10] if number % 10 else "")
    for size, name in ((1000, "千"), (100, "百"), (10, "十")):
        if number >= size:
            rest = number % size
            head = chinese(number // size, counting=size > 10) + name
            if not rest:
                return head
            gap = "零" if rest < size // 10 else ""
            return head + gap + ("一" if 10 <= rest < 20 else "") + chinese(rest)
    raise ValueError(number)


def amount(number: int, unit: str, language: str) -> str:
    """A number with its unit: two hours, 两小时."""
    one, many, name = UNITS[unit]
    if language == "en":
        return f"{english(number)} {one if number == 1 else many}"
    return chinese(number, counting=True) + name


@cache
def forms() -> dict[str, Form]:
    """All forms by name."""
    return {
        row["form"]: Form(row["form"], row["kind"], {"train": row["q"], "test": row["test"]}, row["a"], row["keys"])
        for row in _rows("templates")
    }


@cache
def lexicon(kind: str) -> list[dict[str, Any]]:
    """The entries of a kind: word, phrase, question, opposite, colour."""
    return [row for row in _rows("lexicon") if row["kind"] == kind]


@cache
def _rows(name: str) -> list[dict[str, Any]]:
    text = (assets_folder() / "dialogues" / f"{name}.jsonl").read_text("utf-8")
    return [json.loads(line) for line in text.splitlines()]


def _fill(text: str, slots: Slots) -> str:
    """The text with its slots filled and every sentence starting large."""
    return re.sub(r"(^|[.?!] )([a-z])", lambda m: m[1] + m[2].upper(), text.format_map(slots))


def _holds(answer: str, key: str) -> bool:
    if key.isascii():
        edges = r"(?<![\w-])(?<!hundred and )", r"(?![\w-])(?! hundred| thousand)"
    else:
        edges = (
            f"(?<!{NUMERAL})" if re.match(NUMERAL, key) else "",
            f"(?!{NUMERAL})" if re.match(NUMERAL, key[-1]) else "",
        )
    return re.search(edges[0] + re.escape(key) + edges[1], answer) is not None


def _numbers(form: str, **numbers: int) -> Case:
    return Case(
        forms()[form],
        {
            "en": {slot: english(number) for slot, number in numbers.items()},
            "zh": {slot: chinese(number) for slot, number in numbers.items()},
        },
    )


def _arithmetic(rng: Random) -> Case:
    form = rng.choice(("add", "add", "subtract", "subtract", "multiply", "multiply", "half", "double"))
    if form == "multiply":
        a, b = rng.randint(1, 12), rng.randint(1, 12)
        return _numbers(form, a=a, b=b, c=a * b)
    if form == "half":
        c = rng.randint(1, 50)
        return _numbers(form, a=2 * c, c=c)
    if form == "double":
        a = rng.randint(1, 50)
        return _numbers(form, a=a, c=2 * a)
    a, b = sorted((rng.randint(0, 100), rng.randint(1, 100)))
    if form == "add":  # the larger number is the sum
        parts = [a, b - a]
        rng.shuffle(parts)
        return _numbers(form, a=parts[0], b=parts[1], c=b)
    return _numbers(form, a=b, b=a, c=b - a)


def _neighbour(rng: Random) -> Case:
    a = rng.randint(1, 99)
    form, c = rng.choice((("after", a + 1), ("before", a - 1)))
    return _numbers(form, a=a, c=c)


def _comparison(rng: Random) -> Case:
    a, b = rng.sample(range(101), 2)
    form = rng.choice(("bigger", "smaller"))
    low, high = sorted((a, b))
    return _numbers(form, a=a, b=b, c=high if form == "bigger" else low, d=low if form == "bigger" else high)


def _conversion(rng: Random) -> Case:
    large, small, factor = rng.choice(CONVERSIONS)
    number = rng.randint(2, 9)
    words: dict[str, Callable[[int], str]] = {"en": english, "zh": lambda n: chinese(n, counting=True)}
    return Case(
        forms()["convert"],
        {
            language: {
                "a": amount(number, large, language),
                "unit": UNITS[small][1 if language == "en" else 2],
                "c": amount(number * factor, small, language),
                "n": words[language](number * factor),
                "one": amount(1, large, language),
                "rule": amount(factor, small, language),
            }
            for language in LANGUAGES
        },
    )


def _weekday(rng: Random) -> Case:
    start, days = rng.randrange(7), rng.randint(2, 10)
    return Case(
        forms()["weekday"],
        {
            language: {"a": names[start], "n": amount(days, "day", language), "c": names[(start + days) % 7]}
            for language, names in WEEKDAYS.items()
        },
    )


def _say(rng: Random) -> Case:
    kind = rng.choice(("word", "word", "word", "phrase", "question"))
    entry = rng.choice(lexicon(kind))
    ends = {"en": "?", "zh": "？"} if kind == "question" else {"en": ".", "zh": "。"}
    return Case(
        forms()["say"], {language: {"a": entry[language], "end": ends[language]} for language in LANGUAGES}, "other"
    )


def _opposite(rng: Random) -> Case:
    entry = rng.choice(lexicon("opposite"))
    here, there = {language: entry[language] for language in LANGUAGES}, entry["other"]
    if rng.random() < 0.5:
        here, there = there, here
    return Case(forms()["opposite"], {language: {"a": here[language], "c": there[language]} for language in LANGUAGES})


def _colour(rng: Random) -> Case:
    entry = rng.choice(lexicon("colour"))
    return Case(
        forms()["colour"], {language: {"a": entry[language], "c": entry["other"][language]} for language in LANGUAGES}
    )


def _repeat(rng: Random) -> Case:
    entry = rng.choice(_rows("sentences"))
    return Case(
        forms()["repeat"],
        {language: {"a": entry[language], "key": entry[language].rstrip(".?!。？！")} for language in LANGUAGES},
        "same",
    )


DRAWS: dict[str, Callable[[Random], Case]] = {
    "arithmetic": _arithmetic,
    "neighbour": _neighbour,
    "conversion": _conversion,
    "weekday": _weekday,
    "say": _say,
    "opposite": _opposite,
    "colour": _colour,
    "repeat": _repeat,
    "comparison": _comparison,
}
KINDS = tuple(DRAWS)
