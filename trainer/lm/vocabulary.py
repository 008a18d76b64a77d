"""The joint LM's vocabulary: a pruned text vocabulary, Chinese characters, markers and unit tokens.

A byte-level BPE cut after its first N tokens is again a valid BPE with the same ids, so the pretrained rows stay where
they are. Knows nothing of weights.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

HAN = re.compile(r"[\u4e00-\u9fff]")
CHINESE_PUNCTUATION = "，。？！、：；“”《》"
MARKERS = {
    "question": "[question]",
    "answer": "[answer]",
    "say": "[say]",
    "translate": "[translate]",
    "text": "[text]",
    "sosp": "<sosp>",
    "eosp": "<eosp>",
}
UNIT_COUNT = 4096


@dataclass(frozen=True)
class Vocabulary:
    """`tokenizer` is the content of tokenizer.json, `layout` says which ids mean what, `characters` are those added."""

    tokenizer: dict[str, Any]
    layout: dict[str, Any]
    characters: list[str]
    size: int


def characters_of(texts: Iterable[str], extra: str = "") -> list[str]:
    """Chinese characters and punctuation of `texts` and `extra`, the frequent first."""
    counts = Counter(c for text in texts for c in text if HAN.match(c))
    counts.update({c: 0 for c in extra if HAN.match(c)})
    return list(CHINESE_PUNCTUATION) + [c for c, _ in counts.most_common()]


def build_vocabulary(base: dict[str, Any], kept: int, characters: list[str], languages: list[str]) -> Vocabulary:
    """Extend `base` (a tokenizer.json content), cut to its first `kept` ids.

    Order of ids: text, characters, markers, language markers, units `<0>` ... `<4095>` last, so that language packs
    can add their rows behind.
    """
    tokenizer = json.loads(json.dumps(base))
    model = tokenizer["model"]
    ids: dict[str, int] = model["vocab"]
    merges = [tuple(m) if isinstance(m, list) else tuple(m.split(" ")) for m in model["merges"]]
    model["merges"] = [list(m) for m in merges if ids["".join(m)] < kept]
    model["vocab"] = {token: i for token, i in ids.items() if i < kept}
    present = set(model["vocab"])
    added = [c for c in characters if c not in present]
    names = [*added, *MARKERS.values(), *(f"<{code}>" for code in languages), *(f"<{u}>" for u in range(UNIT_COUNT))]
    for number, name in enumerate(names, start=kept):
        tokenizer["added_tokens"].append(
            {
                "id": number,
                "content": name,
                "single_word": False,
                "lstrip": False,
                "rstrip": False,
                "normalized": False,
                "special": name not in added,
            }
        )
    number_of = {name: i for i, name in enumerate(names, start=kept)}
    layout = {
        "schema": 1,
        "vocabulary": kept + len(names),
        "context": 2048,
        "first_unit": number_of["<0>"],
        "units": UNIT_COUNT,
        "markers": {m: number_of[written] for m, written in MARKERS.items()} | {"end": ids["<|im_end|>"]},
        "languages": {code: number_of[f"<{code}>"] for code in languages},
    }
    return Vocabulary(tokenizer, layout, added, kept + len(names))
