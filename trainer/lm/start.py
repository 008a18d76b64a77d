"""The joint LM before its first step: pretrained weights and well-started new rows.

A new row starts as the mean of rows that mean or sound alike: a unit's from the text pieces that spell its phonemes, a
character's from its byte pieces, its pinyin and its English gloss. Measured in LAB.md: the alignment emerges far
earlier than from random rows. Knows nothing of training.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

import torch
from torch import Tensor

from cslm_core.errors import TrainingError

# How an English speaker would spell espeak's symbols.
SPELLING = {
    "ɪ": "i", "iː": "ee", "i": "ee", "ɛ": "e", "æ": "a", "ʌ": "u", "ə": "a", "ɐ": "a", "ɑː": "ah", "ɑ": "ah",
    "ɔː": "aw", "ɔ": "o",
    "ʊ": "oo", "uː": "oo", "u": "oo", "ɜː": "er", "ɜ": "er", "ɚ": "er", "eɪ": "ay", "aɪ": "eye", "ɔɪ": "oy",
    "oʊ": "oh", "aʊ": "ow", "θ": "th", "ð": "the", "ʃ": "sh", "ʒ": "s", "tʃ": "ch", "dʒ": "j", "ŋ": "ng", "ɹ": "r",
    "j": "y", "ɾ": "t", "əl": "le", "ɡ": "g", "ʔ": "t", "n̩": "en", "ᵻ": "i", "oː": "or", "ɑːɹ": "ar", "ɔːɹ": "or",
    "oːɹ": "or", "ɛɹ": "air", "ɪɹ": "ear", "ʊɹ": "oor", "aɪɚ": "ire", "aɪə": "ia", "iə": "ia", "x": "h", "ɬ": "l",
}  # fmt: skip


def heard_as(phonemes: Tensor) -> list[int]:
    """For each code the one as which it is heard: the surest of its phoneme. `phonemes` (codes, P): probabilities."""
    of = phonemes.argmax(-1)
    own = phonemes.gather(1, of[:, None])[:, 0]
    surest = {p: int(torch.where(of == p, own, -1.0).argmax()) for p in of.unique().tolist()}
    return [surest[p] for p in of.tolist()]


def heard_rows(rows: Tensor, heard: list[int]) -> Tensor:
    """The rows (codes, hidden) of units, each of those that others are heard as the mean of all that are."""
    which = torch.tensor(heard)
    changed = rows.clone()
    for unit in which.unique().tolist():
        changed[unit] = rows[which == unit].mean(0)
    return changed


def read_alike(rows: Tensor, syllables: Sequence[tuple[str, ...]], known: Sequence[bool]) -> Tensor:
    """The rows (characters, hidden), those of unknown characters with the sound of known ones that are read alike.

    A syllable, (initial, final with its tone) or (final,), that no known character has sounds like its parts do in
    others. What sets an unknown row apart from other unknown ones, its meaning, stays.
    """
    by: dict[object, list[int]] = defaultdict(list)
    for number, syllable in enumerate(syllables):
        if known[number]:
            for key in (syllable, ("initial", *syllable[:-1]), ("final", syllable[-1])):
                by[key].append(number)
    if not by or all(known):
        return rows
    sounds = {key: rows[numbers].mean(0) for key, numbers in by.items()}
    whole = rows[torch.tensor(known)].mean(0)
    plain = rows[~torch.tensor(known)].mean(0)
    changed = rows.clone()
    for number, syllable in enumerate(syllables):
        if not known[number]:
            sound = sounds.get(syllable)
            if sound is None:
                parts = [sounds.get(key, whole) for key in (("initial", *syllable[:-1]), ("final", syllable[-1]))]
                sound = parts[0] + parts[1] - whole
            changed[number] += sound - plain
    return changed


def half_remembered(rows: Tensor, pretrained: Tensor, met: Sequence[int], few: int = 5) -> Tensor:
    """The rows (tokens, hidden) of text pieces, half way back to what they were for those that were `met` less than
    `few` times.

    What is never met is only made less likely in training, which takes it as far from its meaning as from being said.
    """
    seldom = torch.tensor(met)[:, None] < few
    return torch.where(seldom, (rows + pretrained) / 2, rows)


_LAYER = re.compile(r"model\.layers\.(\d+)\.(.+)")


def without_layers(state: Mapping[str, Tensor], without: Iterable[int]) -> tuple[dict[str, Tensor], int]:
    """A Llama's weights without some layers, the others numbered anew, and how many those are.

    TrainingError for a layer that there is not.
    """
    numbers = sorted({int(m[1]) for name in state if (m := _LAYER.fullmatch(name))})
    if unknown := set(without) - set(numbers):
        raise TrainingError(f"There is no layer {min(unknown)}; there are {len(numbers)}, from 0.")
    place = {old: new for new, old in enumerate(n for n in numbers if n not in set(without))}
    kept = {}
    for name, value in state.items():
        layer = _LAYER.fullmatch(name)
        if layer is None:
            kept[name] = value
        elif int(layer[1]) in place:
            kept[f"model.layers.{place[int(layer[1])]}.{layer[2]}"] = value
    return kept, len(place)


def spelling_of(phoneme: str) -> str:
    """Letters for a phoneme of the tokenizer's inventory: pinyin without its tone for Mandarin, else `SPELLING`."""
    if phoneme == "sil":
        return ","
    if phoneme.startswith("zh:"):
        return phoneme[3:].rstrip("12345").replace("v", "u")
    return SPELLING.get(phoneme, phoneme)


def mean_row(embedding: Tensor, groups: list[tuple[float, list[int]]]) -> Tensor:
    """Weighted mean of the mean rows of `groups` (weight, ids), shape (hidden,); empty groups are left out."""
    rows = [(weight, embedding[ids].mean(0)) for weight, ids in groups if ids]
    total = sum(weight for weight, _ in rows)
    return torch.stack([weight / total * row for weight, row in rows]).sum(0)


def unit_rows(
    embedding: Tensor, phonemes: list[dict[str, float]], encode: Callable[[str], list[int]], noise: float, seed: int = 0
) -> Tensor:
    """Rows (units, hidden) from the share of phonemes that each unit stands for; unused units get silence's row.

    `noise` (relative to the rows' own spread) keeps units of one phoneme apart.
    """
    generator = torch.Generator().manual_seed(seed)
    spread = embedding.std(0).mean()
    rows = []
    for shares in phonemes:
        groups = [
            (share, encode(spelling_of(p)) + encode(" " + spelling_of(p)))
            for p, share in (shares or {"sil": 1.0}).items()
        ]
        row = mean_row(embedding, groups)
        rows.append(row + noise * spread * torch.randn(row.shape, generator=generator))
    return torch.stack(rows)


def character_row(
    embedding: Tensor, character: str, pinyin: str, gloss: str, encode: Callable[[str], list[int]]
) -> Tensor:
    """Row (hidden,) of a Chinese character from its bytes, its sound and its meaning."""
    return mean_row(
        embedding,
        [
            (0.2, encode(character)),
            (0.4, encode(" " + pinyin) + encode(pinyin) if pinyin else []),
            (0.4, encode(" " + gloss) if gloss else []),
        ],
    )
