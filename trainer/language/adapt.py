"""The duration predictor taught the pace of a new language: fine-tuned on the corpus, kept as a delta in the job.

How long a unit lasts is language: the base pack's predictor speaks with the rhythm of the languages it knows. A copy is
trained on the units and durations of the training speech: the rhythm of everybody's, the pace of those after whom the
language is read aloud. It is held to what it says of the known languages' units, since all languages are spoken with it
from then on. Knows nothing of flow or vocoder, which stay the base pack's.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor, nn

from cslm_core.decoder.decoder import FlowDecoder
from cslm_core.decoder.duration import DurationPredictor
from cslm_core.packs.delta import TENSORS_FILE, save_delta
from cslm_core.packs.registry import load_component
from cslm_core.tensors import load_int8
from trainer.language.job import Job
from trainer.language.records import read_rows
from trainer.language.units import load_spoken, units_path

__all__ = ["adapt_durations", "adapted_folder", "base_decoder", "base_state", "duration_error", "slowness"]

_RATE = 3e-4
_SLOWER = 1.13
"""How much longer than in the recordings a taught language is spoken: what is new to a decoder is understood better so
(measured, LAB.md)."""
_UNKNOWN = 0.1
"""Share of the units that are made unknown while it learns, lest it learns utterances by heart."""
Pairs = Sequence[tuple[list[int], Sequence[float]]]
"""(units, durations in frames) of utterances."""


def base_decoder(job: Job) -> FlowDecoder:
    """The base pack's decoder, with what the job has adapted."""
    from cslm_core.packs.delta import add_delta

    component = job.check_base().component("decoder")
    decoder: FlowDecoder = load_component(
        "decoder", component.kind, Path(job.base.folder) / component.folder, device="cpu"
    )
    if adapted_folder(job).is_dir():
        add_delta(decoder, adapted_folder(job))
    return decoder


def adapted_folder(job: Job) -> Path:
    """Where the decoder's delta is, if there is one."""
    return job.training / "adapted" / "decoder"


def slowness(job: Job) -> float:
    """How much longer than it has learnt the job's decoder speaks; 1.0 where no durations were taught."""
    path = adapted_folder(job) / TENSORS_FILE
    return _SLOWER if path.is_file() and "duration.head.bias" in load_int8(path) else 1.0


def pairs_of(job: Job, split: str, *, readers: bool = True) -> Pairs:
    """Units and durations of a split: of those after whom the language is read aloud (of all where there are none), or
    of the others."""
    wanted = {spoken.id for _, spoken in load_spoken(job, split, aloud=True)}
    if not readers:
        wanted = {spoken.id for _, spoken in load_spoken(job, split, aloud=True, readers_only=False)} - wanted
    said = [row.get("aloud", row) for row in read_rows(units_path(job)) if row["id"] in wanted]
    return [(row["units"], row["durations"]) for row in said]


@torch.no_grad()
def duration_error(predictor: DurationPredictor, pairs: Pairs) -> tuple[float, float]:
    """(mean distance of log durations, predicted length over real length) over all runs."""
    distance = count = 0.0
    predicted = real = 0.0
    for units, durations in pairs:
        logs = predictor(torch.tensor([units]))[0]
        wanted = torch.tensor(durations, dtype=torch.float32)
        distance += float((logs - wanted.log()).abs().sum())
        predicted += float(logs.exp().sum())
        real += float(wanted.sum())
        count += len(units)
    return distance / max(1.0, count), predicted / max(1.0, real)


def adapt_durations(job: Job, steps: int, kept: list[list[int]], seed: int = 0) -> tuple[float, float]:
    """Train, and keep the delta; the error of log durations on watched speech before and after.

    `kept` are units of the known languages, whose durations shall stay as they are. It is kept only if it is better,
    and is then spoken slower than was learnt.
    """
    decoder = base_decoder(job)
    before_state = {name: value.clone() for name, value in decoder.state_dict().items()}
    predictor = decoder.duration
    train, watched = pairs_of(job, "train"), pairs_of(job, "dev") or pairs_of(job, "train")
    everybody = [(pair, True) for pair in train] + [(pair, False) for pair in pairs_of(job, "train", readers=False)]
    unknown = predictor.config.codes
    before = duration_error(predictor, watched)[0]
    with torch.no_grad():
        known = [(units, predictor(torch.tensor([units]))[0].exp().tolist()) for units in kept]
    predictor.requires_grad_(True)
    optimiser = torch.optim.AdamW(predictor.parameters(), lr=_RATE, weight_decay=0.1)
    rng = random.Random(seed)
    for step in range(steps):
        drawn = [rng.choice(everybody) for _ in range(16)]
        batch = [([unknown if rng.random() < _UNKNOWN else u for u in units], d) for (units, d), _ in drawn]
        for group in optimiser.param_groups:
            group["lr"] = _RATE * min(1.0, (step + 1) / 30) * (1 - step / steps)
        loss = _loss(predictor, batch, [paced for _, paced in drawn])
        if known:
            loss = loss + _loss(predictor, [rng.choice(known) for _ in range(16)])
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(predictor.parameters(), 1.0)
        optimiser.step()
    predictor.requires_grad_(False)
    after = duration_error(predictor, watched)[0]
    if after < before:
        with torch.no_grad():
            predictor.head.bias.add_(math.log(_SLOWER))
        save_delta(adapted_folder(job), base_state(job), decoder.state_dict())
    else:
        decoder.load_state_dict(before_state)
    return before, min(before, after)


def base_state(job: Job) -> dict[str, Tensor]:
    """Without any earlier adaptation, since the new delta replaces that."""
    component = job.check_base().component("decoder")
    decoder: FlowDecoder = load_component(
        "decoder", component.kind, Path(job.base.folder) / component.folder, device="cpu"
    )
    return decoder.state_dict()


def _loss(predictor: DurationPredictor, batch: Pairs, paced: Sequence[bool] | None = None) -> Tensor:
    """Likelihood of Poisson counts, over all runs of the batch, as in `trainer.decoder.train_flow`: its minimum is the
    mean duration, so that a sentence is as long as it should be. Of utterances that are not `paced` only how long their
    runs are beside each other counts."""
    units = nn.utils.rnn.pad_sequence([torch.tensor(u) for u, _ in batch], batch_first=True)
    wanted = nn.utils.rnn.pad_sequence([torch.tensor(d, dtype=torch.float32) for _, d in batch], batch_first=True)
    mask = (wanted > 0).float()
    logs = predictor(units, mask.unsqueeze(-1))
    if paced is not None:
        longer = (wanted * mask).sum(1, keepdim=True).log() - (logs.exp() * mask).sum(1, keepdim=True).log()
        logs = logs + longer.detach() * ~torch.tensor(paced)[:, None]
    return ((logs.exp() - wanted * logs) * mask).sum() / mask.sum()
