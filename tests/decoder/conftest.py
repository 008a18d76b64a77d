"""A tiny seeded decoder: the real mel and frame sizes, a few channels, every path open."""

from __future__ import annotations

import pytest
import torch

from cslm_core.decoder.decoder import FlowDecoder
from cslm_core.decoder.duration import DurationConfig, DurationPredictor
from cslm_core.decoder.flow import Flow, FlowConfig
from cslm_core.decoder.vocoder import Vocoder, VocoderConfig

CODES = 32


def tiny_decoder(pitched: bool = False) -> FlowDecoder:
    """Weights are a function of their names and shapes alone, so that golden values outlive a new order of layers."""
    decoder = FlowDecoder(
        DurationPredictor(DurationConfig(codes=CODES, width=8, hidden=12, rights=(1, 0))),
        Flow(
            FlowConfig(
                codes=CODES, width=8, hidden=12, unit_rights=(1, 1, 1), mel_rights=(2, 0), field_width=12,
                field_hidden=16, field_depth=2, pitched=pitched,
            )
        ),
        Vocoder(VocoderConfig(width=12, hidden=16, rights=(1, 1, 0))),
        block=8,
        temperature=1.0,
    )  # fmt: skip
    with torch.no_grad():
        for name, value in decoder.state_dict().items():
            if value.dim() > 1:
                phase = torch.arange(value.numel(), dtype=torch.float64) * (1 + len(name) / 7)
                value.copy_((phase.sin() * 0.6 / value[0].numel() ** 0.5).reshape(value.shape))
            elif name.endswith("bias"):
                value.zero_()
        decoder.vocoder.head.bias[: decoder.vocoder.head.out_features // 2] = 1.0
        decoder.duration.head.bias.fill_(0.7)
        decoder.duration.embedding.weight.mul_(4)
    return decoder


@pytest.fixture
def decoder() -> FlowDecoder:
    return tiny_decoder()
