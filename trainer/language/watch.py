"""What is looked at while a language is trained: losses on held-out speech by task, and how fixed sentences sound.

Never changes the run: no random number is drawn from it, no weight moves. Knows nothing of when it is called.
"""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import torch

from cslm_core.audio import write_wav
from cslm_core.chain.generate import TurnOptions, read_aloud
from cslm_core.chain.pieces import UnitPiece
from cslm_core.errors import CslmError
from cslm_core.lm.adapter import merge
from cslm_core.lm.config import LlamaShape
from cslm_core.lm.layout import read_layout
from cslm_core.lm.sampling import SamplingOptions
from cslm_core.lm.torch_runtime import TorchLanguageModel
from trainer.language.adapt import base_decoder
from trainer.language.lora import base_state
from trainer.lm.examples import Builder, Example
from trainer.lm.packing import NO_TARGET, pack

if TYPE_CHECKING:
    from trainer.language.training import Run

__all__ = ["Watch", "taught_model"]

Write = Callable[..., Any]
_ITEMS: Final = 24


class Watch:
    """Held-out examples of a run, drawn once; calling it writes `eval` and `sample` records."""

    def __init__(self, run: Run) -> None:
        self._run = run
        material, builder, code = run.material, Builder(run.layout), run.material.language
        rng = random.Random(0)
        dev = material.dev[:_ITEMS] or material.spoken[:_ITEMS]
        said = material.dev_said[:_ITEMS] or material.said[:_ITEMS]
        self._sets: dict[str, list[Example]] = {
            "recognition": [builder.recognition(s, rng, 1000) for s in dev],
            "reading": [builder.reading(s, rng, 1000, 1000) for s in said],
            "translation": [
                builder.translation(p.text, code, p.other, p.language) for p in material.dev_pairs[:_ITEMS]
            ],
            "replay": run.mixture.replay.batch(-1, 40 * _ITEMS) if run.mixture.replay else [],
        }
        self._sentences = [s.text for s in sorted(dev, key=lambda s: (len(s.text), s.id))[: run.config.samples]]
        self._decoder: Any = None

    @torch.no_grad()
    def __call__(self, write: Write) -> None:
        run = self._run
        losses = {name: self._loss(examples) for name, examples in self._sets.items() if examples}
        write("eval", step=run.step, losses={name: loss for name, loss in losses.items() if loss is not None})
        if self._sentences:
            self._speak(write)

    def _loss(self, examples: list[Example]) -> float | None:
        run = self._run
        fitting = [example for example in examples if len(example) <= run.config.row]
        if not fitting:
            return None
        packed = pack(fitting, run.config.row)
        count = int((packed.targets != NO_TARGET).sum())
        with run.arithmetic():
            total = sum(float(run.model(*run.workers.put(part))) for part in packed.split(run.micro_rows))
        return round(total / max(1, count), 5)

    def _speak(self, write: Write) -> None:
        run = self._run
        folder = run.job.training / "samples"
        folder.mkdir(parents=True, exist_ok=True)
        if self._decoder is None:
            self._decoder = base_decoder(run.job)  # with what the gate has taught it, as the pack will speak
        lm = taught_model(run)
        for number, text in enumerate(self._sentences):
            options = TurnOptions(sampling=SamplingOptions(temperature=0.0), max_tokens=250)
            try:
                pieces = read_aloud(lm, text, run.material.language, options)
                units = [piece.unit for piece in pieces if isinstance(piece, UnitPiece)]
                pcm = self._decoder.speak(units) if units else None
                if pcm is None or not len(pcm):
                    continue
                path = folder / f"step-{run.step:08d}-{number}.wav"
                write_wav(path, pcm, self._decoder.sample_rate)
            except CslmError as error:
                write("note", step=run.step, sentence=f"A sample could not be spoken: {error}")
                continue
            write("sample", step=run.step, number=number, text=text, audio=str(path.relative_to(run.job.folder)))


def taught_model(run: Run) -> TorchLanguageModel:
    """The model as it is now, as a pack would load it."""
    state: dict[str, Any] = {name: value.numpy() for name, value in base_state(run.folder).items()}
    adapter = dataclasses.replace(run.model.adapter())
    shape, layout = merge(LlamaShape.load(run.folder), state, *read_layout(run.folder), [adapter])
    return TorchLanguageModel(shape, {name: torch.from_numpy(value) for name, value in state.items()}, layout)
