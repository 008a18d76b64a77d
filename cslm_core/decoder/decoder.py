"""The speech decoder of a pack (paper, speech decoder).

Kind "cslm-flow": a folder of `config.json` and `decoder.safetensors`; on disk matrices are int8 rows with a scale each
and all else is float16 (`tensors.py`), at work everything is float32. Knows nothing of packs' manifests, nor of
training.
"""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from torch import nn

from cslm_core.decoder.duration import DurationConfig, DurationPredictor
from cslm_core.decoder.flow import Flow, FlowConfig
from cslm_core.decoder.mel import SAMPLE_RATE
from cslm_core.decoder.streaming import DecoderStream
from cslm_core.decoder.vocoder import Vocoder, VocoderConfig
from cslm_core.errors import PackError
from cslm_core.files import atomic_path, atomic_write_json
from cslm_core.tensors import NotFiniteError, Uninitialised, load_int8, save_int8

KIND = "cslm-flow"
CONFIG_FILE = "config.json"
WEIGHTS_FILE = "decoder.safetensors"
PARTS = ("duration", "flow", "vocoder")

Config = TypeVar("Config", DurationConfig, FlowConfig, VocoderConfig)


def config_from(kind: type[Config], values: dict[str, Any]) -> Config:
    """A config of dataclass `kind` from JSON values. TypeError where a name is unknown."""
    arguments: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in values.items()}
    return kind(**arguments)


TEMPERATURE = 0.2
"""Measured (LAB.md): with all of the noise that the flow was trained with, few steps leave some, and words are lost."""


class FlowDecoder(nn.Module):
    """Merged units to 24 kHz speech in one voice.

    `steps` is the number of Euler steps of the flow, `temperature` the share of its noise that they begin with, `pace`
    how much slower or faster than its predicted durations it speaks at the rate 1.
    """

    kind = KIND
    sample_rate = SAMPLE_RATE

    def __init__(
        self,
        duration: DurationPredictor,
        flow: Flow,
        vocoder: Vocoder,
        *,
        steps: int = 4,
        block: int = 16,
        temperature: float = TEMPERATURE,
        pace: float = 1.0,
    ) -> None:
        super().__init__()
        if duration.config.codes != flow.config.codes:
            raise ValueError(f"{duration.config.codes} codes for durations, {flow.config.codes} for the flow")
        if not (0 <= temperature < math.inf and 0 < pace < math.inf):
            raise ValueError(f"{temperature} is no share of noise, or {pace} no pace")
        self.duration = duration
        self.flow = flow
        self.vocoder = vocoder
        self.steps = steps
        self.block = block
        self.temperature = temperature
        self.pace = pace
        self.eval().requires_grad_(False)

    def stream(
        self, seed: int = 0, *, rate: float = 1.0, steps: int | None = None, temperature: float | None = None
    ) -> DecoderStream:
        """A fresh utterance. The same seed and units give the same samples; `rate` above 1 speaks faster."""
        return DecoderStream(
            self.duration,
            self.flow,
            self.vocoder,
            seed,
            steps=steps or self.steps,
            rate=rate * self.pace,
            block=self.block,
            temperature=self.temperature if temperature is None else temperature,
        )

    def speak(self, units: Iterable[int], seed: int = 0, *, rate: float = 1.0) -> NDArray[np.float32]:
        """All units at once -> samples (n,) float32 at 24 kHz."""
        stream = self.stream(seed, rate=rate)
        return np.concatenate((stream.push(units), stream.finish()))

    def save(self, folder: Path) -> None:
        """Write both files, each all or nothing. Raises CslmError where the disk refuses."""
        folder.mkdir(parents=True, exist_ok=True)
        with atomic_path(folder / WEIGHTS_FILE) as temporary:
            save_int8(self.state_dict(), temporary)
        config: dict[str, Any] = {
            "kind": KIND, "steps": self.steps, "block": self.block, "temperature": self.temperature, "pace": self.pace
        }  # fmt: skip
        for part in PARTS:
            config[part] = dataclasses.asdict(getattr(self, part).config)
        atomic_write_json(folder / CONFIG_FILE, config)

    @staticmethod
    def load(folder: Path) -> FlowDecoder:
        """Read a decoder folder. Raises PackError, naming the file, where it is missing, damaged or foreign."""
        try:
            config = json.loads((folder / CONFIG_FILE).read_text("utf-8"))
            if config.get("kind") != KIND:
                raise PackError(f"{folder / CONFIG_FILE} is not of a {KIND} decoder; use a pack made for this program.")
            with Uninitialised():
                decoder = FlowDecoder(
                    DurationPredictor(config_from(DurationConfig, config["duration"])),
                    Flow(config_from(FlowConfig, config["flow"])),
                    Vocoder(config_from(VocoderConfig, config["vocoder"])),
                    steps=int(config["steps"]),
                    block=int(config["block"]),
                    temperature=float(config.get("temperature", TEMPERATURE)),  # packs up to 0.2.0 do not say
                    pace=float(config.get("pace", 1.0)),
                )
        except OSError as error:
            raise PackError(f"{folder / CONFIG_FILE} cannot be read; install the pack again.") from error
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise PackError(f"{folder / CONFIG_FILE} is damaged; install the pack again.") from error
        try:
            decoder.load_state_dict(load_int8(folder / WEIGHTS_FILE))
        except NotFiniteError as error:
            raise PackError(
                f"{folder / WEIGHTS_FILE} holds numbers that are not finite; install the pack again."
            ) from error
        except (OSError, SafetensorError, RuntimeError) as error:
            raise PackError(f"{folder / WEIGHTS_FILE} is missing or damaged; install the pack again.") from error
        return decoder
