"""What a spoken question says: a search for TQ, and a check of what it finds by how well the units read it aloud.

The joint LM knows both directions, P(text | units) as recognition and P(units | text) as reading. By the first alone it
writes fluent questions that it expects; by the second it notices that they would not have sounded so. The best by the
sum of both logarithms is taken (the noisy channel of speech recognition, here with one model for both).
Knows nothing of conversations and replies.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cslm_core.components import LanguageModel, LmSession
from cslm_core.lm.layout import TokenKind, TokenLayout

__all__ = ["Hypothesis", "likelihood_of_units", "most_likely", "search"]

_CHECK: Final = 0.3
"""The weight of the units' likelihood, of which there are more than tokens of text, and in a voice not the LM's."""
_AT_ONCE: Final = 2
"""Texts that are read side by side, before somebody may stop it."""
_MARGIN: Final = 3.0
"""In nats. So much less likely by the first direction alone, a text is not considered any more."""


@dataclass(frozen=True)
class Hypothesis:
    """Token ids of a text, and the logarithm of its likelihood, its end included."""

    ids: tuple[int, ...]
    score: float


def search(
    session: LmSession,
    logits: NDArray[np.float32],
    layout: TokenLayout,
    *,
    beam: int,
    most: int,
    cancelled: Callable[[], bool],
) -> Generator[None, None, list[Hypothesis]]:
    """Texts that may follow `session`, whose last logits are `logits`, likeliest first; at least one, unless cancelled.

    Yields after every step. `most` bounds the tokens of a text; one that has not ended by then counts as it is.
    """
    text = np.flatnonzero(layout.mask(TokenKind.TEXT))
    both = np.append(text, layout.answer)
    first = _log_softmax(logits[text])
    order = np.argsort(-first, kind="stable")[:beam]
    live = [Hypothesis((int(text[i]),), float(first[i])) for i in order]
    branches = session.branch(len(live), most)
    done: list[Hypothesis] = []
    for _ in range(most - 1):
        yield None
        if cancelled():
            return []
        following = _log_softmax(branches.feed([one.ids[-1] for one in live])[:, both])
        scores = (following + np.array([one.score for one in live])[:, None]).ravel()
        # Even if every row may end here, as many again go on.
        best = np.argpartition(-scores, 2 * len(live) - 1)[: 2 * len(live)]
        rows: list[int] = []
        grown: list[Hypothesis] = []
        for place in best[np.argsort(-scores[best], kind="stable")]:
            row, column = divmod(int(place), len(both))
            token, score = int(both[column]), float(scores[place])
            if token == layout.answer:
                done.append(Hypothesis(live[row].ids, score))
            elif len(grown) < len(live):
                grown.append(Hypothesis((*live[row].ids, token), score))
                rows.append(row)
        live = grown
        best_done = max((one.score for one in done), default=-np.inf)
        if best_done > live[0].score + (_MARGIN if len(done) < beam else 0.0):
            break
        branches.select(rows)
    else:
        done += live
    return sorted(done, key=lambda one: -one.score)


def likelihood_of_units(
    lm: LanguageModel, units: Sequence[int], texts: Sequence[Sequence[int]], language: int
) -> NDArray[np.float64]:
    """For each text (ids, not empty) log P(units | text), as when it is read aloud; units that sound alike are one.

    `language` is the id of its marker. Raises EngineError for what is too long.
    """
    layout = lm.layout
    said = layout.unit_ids(units)
    heads = [[layout.say, language, *ids, layout.sosp] for ids in texts]
    mask = layout.mask(TokenKind.UNIT | TokenKind.EOSP)
    alike = layout.alike[mask]
    targets = layout.alike[[*said, layout.eosp]]
    same = [np.flatnonzero(alike == target) for target in targets]
    sums = []
    for head, logits in zip(heads, lm.along([head + said for head in heads], mask), strict=True):
        scores = _log_softmax(logits[len(head) - 1 :])
        sums.append(sum(np.logaddexp.reduce(row[members]) for row, members in zip(scores, same, strict=True)))
    return np.array(sums, np.float64)


def most_likely(
    lm: LanguageModel,
    units: Sequence[int],
    hypotheses: Sequence[Hypothesis],
    language: int,
    *,
    cancelled: Callable[[], bool],
) -> Generator[None, None, Hypothesis]:
    """That of the hypotheses (likeliest first, at least one) which the units stand for best, read in both directions.

    Those that the first direction all but rules out are not read in the second. Yields between readings; cancelled, it
    gives the best of what was read.
    """
    likely = [one for one in hypotheses if one.score > hypotheses[0].score - _MARGIN]
    if len(likely) == 1:
        return likely[0]
    scores: list[float] = []
    for start in range(0, len(likely), _AT_ONCE):
        yield None
        if cancelled():
            break
        part = likely[start : start + _AT_ONCE]
        said = likelihood_of_units(lm, units, [one.ids for one in part], language)
        scores += [one.score + _CHECK * float(score) for one, score in zip(part, said, strict=True)]
    return likely[int(np.argmax(scores))] if scores else likely[0]


def _log_softmax(logits: NDArray[np.float32]) -> NDArray[np.float64]:
    """Over the last axis. What is no number counts as impossible."""
    scores = np.where(np.isfinite(logits), logits, -1e30).astype(np.float64)
    scores -= scores.max(-1, keepdims=True)
    result: NDArray[np.float64] = scores - np.log(np.exp(scores).sum(-1, keepdims=True))
    return result
