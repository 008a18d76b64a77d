"""Which utterances are trained on, which are watched (dev) and which are kept for the test.

Nobody who speaks in the test is heard in training, no recording is divided, and no text of test or dev is trained on.
The same rows give the same split, in whatever order they come. Knows nothing of sound or files.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any, Final

from trainer.language.languages import text_key

__all__ = ["LEFT_OUT", "SPLITS", "SplitReport", "Wishes", "speaker_key", "split_rows"]

SPLITS: Final = ("train", "dev", "test")
LEFT_OUT: Final = "left-out"
_HELD: Final = ("test", "dev")
_MOST_LOST: Final = 0.1
"""Where everybody reads the same texts, so much of the training speech is given up for a test of unheard texts."""


@dataclass(frozen=True)
class Wishes:
    """`share` of the seconds for test and for dev each, at most `most` seconds; `one_voice` allows a corpus of a single
    speaker to be divided by recordings: its test then tells nothing of voices that were never heard."""

    share: float = 0.06
    most: float = 900.0
    one_voice: bool = False
    seed: int = 0


@dataclass(frozen=True)
class SplitReport:
    """Utterances per split, and what a user should know of it."""

    counts: dict[str, int]
    sentences: list[str]


def speaker_key(name: str) -> str:
    """What two names of speakers must differ in to be two people: no case, no spaces around, one form of Unicode."""
    return unicodedata.normalize("NFC", " ".join(name.split())).casefold()


def split_rows(
    rows: Iterable[Mapping[str, Any]],
    wishes: Wishes,
    never: AbstractSet[str] = frozenset(),
    so_far: Mapping[str, str] | None = None,
) -> tuple[dict[str, tuple[str, str]], SplitReport]:
    """The split and the reason (or "") of each row by its id.

    Rows have `id, text, speaker, recording, seconds`, and perhaps `wish`: a split that their corpus has laid down,
    which is followed where all of a speaker's rows wish the same. Without a speaker, a recording is one person.
    `never` are keys (`text_key`) of further texts that must not be trained on. `so_far` are splits by id that something
    was learnt with: whoever and whatever was trained on stays out of dev and test, and who was kept for them stays.
    """
    so_far = so_far or {}
    ordered = sorted(rows, key=lambda r: str(r["id"]))
    speakers = {speaker_key(str(r["speaker"])) or f"\0{_recording(r)}" for r in ordered}
    by_recording = wishes.one_voice and len(speakers) == 1
    groups = _groups(ordered, by_recording=by_recording)
    held = _choose(groups, wishes, so_far)
    learnt = {text_key(row["text"]) for row in ordered if so_far.get(str(row["id"])) == "train"}
    texts = {**_held_texts(held, groups, never, learnt), "never": set(never)}
    found: dict[str, tuple[str, str]] = {}
    for key, members in groups.items():
        split = held.get(key, "train")
        for row in members:
            found[str(row["id"])] = _of_row(text_key(row["text"]), split, texts)
    counts = {name: sum(s == name for s, _ in found.values()) for name in (*SPLITS, LEFT_OUT)}
    return found, SplitReport(counts, _said(counts, len(speakers), by_recording))


def _of_row(key: str, split: str, texts: dict[str, set[str]]) -> tuple[str, str]:
    if split == "train":
        return (LEFT_OUT, "text_in_test") if any(key in kept for kept in texts.values()) else ("train", "")
    if key not in texts[split]:
        return LEFT_OUT, "voice_in_test"
    return split, ""


def _recording(row: Mapping[str, Any]) -> str:
    return str(row.get("recording") or row["id"])


def _groups(rows: list[Mapping[str, Any]], *, by_recording: bool) -> dict[str, list[Mapping[str, Any]]]:
    """Rows that must stay together: those of one speaker, and of one recording, and so on from one to the next."""
    parent: dict[str, str] = {}

    def find(name: str) -> str:
        while parent.setdefault(name, name) != name:
            parent[name] = parent[parent[name]]
            name = parent[name]
        return name

    for row in rows:
        recording = find(f"r\0{_recording(row)}")
        speaker = speaker_key(str(row["speaker"]))
        if speaker and not by_recording:
            first, second = sorted((recording, find(f"s\0{speaker}")))
            parent[second] = first
    together = defaultdict(list)
    for row in rows:
        together[find(f"r\0{_recording(row)}")].append(row)
    # The name of a group must not depend on the order of joining.
    return {min(str(r["id"]) for r in members): members for members in together.values()}


def _choose(groups: dict[str, list[Mapping[str, Any]]], wishes: Wishes, so_far: Mapping[str, str]) -> dict[str, str]:
    """Which groups are kept for test and dev; the rest is trained on, and there is always a rest."""
    held: dict[str, str] = {}
    free: list[str] = []
    for key, members in groups.items():
        wished = {str(row.get("wish") or "") for row in members}
        before = {so_far.get(str(row["id"]), "") for row in members} & set(SPLITS)
        if before:
            wished = {"train"} if "train" in before else {max(before & set(_HELD))}
        if len(wished) == 1 and wished <= set(_HELD):
            held[key] = wished.pop()
        elif wished != {"train"}:
            free.append(key)
    seconds = {key: sum(float(row["seconds"]) for row in members) for key, members in groups.items()}
    aim = min(wishes.share * sum(seconds.values()), wishes.most)
    free.sort(key=lambda key: _draw(wishes.seed, key))
    for name in _HELD:
        if name in held.values():
            continue
        taken = 0.0
        # One that is not much larger than what is wanted, if there is one; else the smallest.
        for key in sorted(free, key=lambda k: seconds[k] > 2 * aim):
            if len(groups) - len(held) <= 1 or (taken and taken + seconds[key] > 1.5 * aim):
                continue
            if not taken and seconds[key] > 2 * aim:
                key = min(free, key=lambda k: (seconds[k], k))
            held[key] = name
            taken += seconds[key]
            free = [k for k in free if k not in held]
            if taken >= aim:
                break
    if held and len(held) == len(groups):
        held.pop(max(held, key=lambda key: (seconds[key], key)), None)
    return held


def _draw(seed: int, name: str) -> bytes:
    return hashlib.sha256(f"{seed}/{name}".encode()).digest()


def _held_texts(
    held: dict[str, str],
    groups: dict[str, list[Mapping[str, Any]]],
    never: AbstractSet[str],
    learnt: AbstractSet[str],
) -> dict[str, set[str]]:
    """The texts that test and dev may have; no text is in both, and none of them was `learnt`.

    All that nobody says in training; of those that are said there too only as many as cost training `_MOST_LOST` of its
    utterances (half of that for dev).
    """
    trained = Counter(text_key(r["text"]) for key, members in groups.items() if key not in held for r in members)
    for key in never & set(trained):
        del trained[key]
    budget = _MOST_LOST * sum(trained.values())
    texts: dict[str, set[str]] = {}
    for name in _HELD:
        own = {text_key(r["text"]) for key, split in held.items() if split == name for r in groups[key]}
        own -= texts.get("test", set()) | learnt
        chosen: set[str] = set()
        lost = 0
        for key in sorted(own, key=lambda key: _draw(0, f"text/{key}")):
            if lost + trained[key] <= budget or (not chosen and trained[key] < sum(trained.values())):
                chosen.add(key)
                lost += trained[key]
        texts[name] = chosen
        budget /= 2
    return texts


def _said(counts: dict[str, int], speakers: int, by_recording: bool) -> list[str]:
    said = []
    if by_recording:
        said.append("There is one voice only: the test tells how well this voice is understood, not how others are.")
    elif not sum(counts.values()):
        said.append("There is no speech yet.")
    elif not counts["test"]:
        said.append(
            "Nothing can be kept for a test, because all speech is of one person; add another voice, or allow a test"
            " with the same voice (--one-voice)."
        )
    elif not counts["dev"]:
        said.append(f"There are only {speakers} voices: one is kept for the test, none for watching the training.")
    if counts[LEFT_OUT]:
        said.append(f"Left out so that no text of the test is trained on: {counts[LEFT_OUT]}.")
    return said
