"""What is counted: errors of recognition, sensible answers, wrong languages, and summaries of times.

Takes texts and numbers, gives numbers; None where nothing was measured. Knows nothing of models, packs or files.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np

from cslm_core.errors import CslmError
from cslm_core.languages import language_of
from trainer.evaluation.normalise import tokens

__all__ = ["error_rate", "errors", "mean", "off_target", "percentile", "share", "similarity_scores", "wilson"]

LANGUAGES = ("en", "zh")


def errors(reference: str, heard: str, language: str) -> tuple[int, int]:
    """(edits, length of the reference) in words, for Chinese in characters."""
    import jiwer

    wanted, found = tokens(reference, language), tokens(heard, language)
    if not wanted or not found:
        return max(len(wanted), len(found)), len(wanted)
    counts = jiwer.process_words(" ".join(wanted), " ".join(found))
    return counts.substitutions + counts.deletions + counts.insertions, len(wanted)


def error_rate(pairs: Iterable[tuple[str, str]], language: str) -> float | None:
    """All edits per word (character) of all references, over (reference, heard) pairs."""
    edits, length = 0, 0
    for reference, heard in pairs:
        more = errors(reference, heard, language)
        edits, length = edits + more[0], length + more[1]
    return edits / length if length else None


def off_target(reply: str, wanted: str) -> bool:
    """Whether a reply is written in another language's script than wanted; an empty one is not."""
    try:
        return any(c.isalpha() for c in reply) and language_of(reply, LANGUAGES) != wanted
    except CslmError:  # neither script
        return True


def share(flags: Sequence[bool]) -> float | None:
    """How many of them are true."""
    return sum(flags) / len(flags) if flags else None


def mean(values: Iterable[float | None]) -> float | None:
    """The mean of those that are there."""
    there = [value for value in values if value is not None]
    return sum(there) / len(there) if there else None


def percentile(values: Iterable[float | None], percent: float) -> float | None:
    """The percentile of those that are there, between neighbours where it falls between."""
    there = [value for value in values if value is not None]
    return float(np.percentile(there, percent)) if there else None


def wilson(rate: float, count: int, z: float = 1.96) -> tuple[float, float]:
    """The 95 % interval of a share of `count` items."""
    if count == 0:
        return 0.0, 1.0
    centre = (rate + z * z / (2 * count)) / (1 + z * z / count)
    half = z / (1 + z * z / count) * math.sqrt(rate * (1 - rate) / count + z * z / (4 * count * count))
    return max(0.0, centre - half), min(1.0, centre + half)


def similarity_scores(speech: np.ndarray, text: np.ndarray) -> tuple[float, float, float]:
    """Of mean hidden states (sentences, hidden), the same sentences as units and as text.

    (mean cosine of a sentence with itself, mean cosine with the others, the first normalised by the second: 0 if a
    sentence is no nearer to its own text than to any, 1 if it is the same).
    """
    a = speech / np.maximum(np.linalg.norm(speech, axis=1, keepdims=True), 1e-9)
    b = text / np.maximum(np.linalg.norm(text, axis=1, keepdims=True), 1e-9)
    cosines = a @ b.T
    count = len(cosines)
    matched = float(np.trace(cosines)) / count
    if count < 2:
        return matched, math.nan, math.nan
    mismatched = (float(cosines.sum()) - matched * count) / (count * (count - 1))
    return matched, mismatched, (matched - mismatched) / max(1e-9, 1 - mismatched)
