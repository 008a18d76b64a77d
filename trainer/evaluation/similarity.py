"""Speech-text similarity: how alike the LM represents a sentence as units and as text (paper: cosine of mean states).

The states are those of the last layer, of the weights as they are in the pack, in torch. Told also against the cosine
of sentences that do not belong together, because all states of an LM share a large part. Knows nothing of turns.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from cslm_core.components import SpeechTokenizer
from cslm_core.lm.config import CONFIG_FILE
from cslm_core.lm.layout import TokenLayout
from cslm_core.lm.load import read_state
from cslm_core.packs.manifest import PackManifest
from cslm_core.packs.registry import load_component
from cslm_core.packs.verify import verify_pack
from trainer.evaluation.draw import UNSEEN_WORDINGS
from trainer.evaluation.metrics import similarity_scores
from trainer.evaluation.testset import TestSet

__all__ = ["States", "similarity"]

Row = dict[str, Any]


class States:
    """The LM of a pack as a Hugging Face model."""

    def __init__(self, folder: Path) -> None:
        import torch
        from transformers import LlamaConfig, LlamaForCausalLM

        self.layout = TokenLayout.load(folder)
        config = LlamaConfig.from_dict(json.loads((folder / CONFIG_FILE).read_text("utf-8")))
        state = {name: value.float() for name, value in read_state(folder).items()}
        state.setdefault("lm_head.weight", state["model.embed_tokens.weight"])
        with torch.device("meta"):
            model = LlamaForCausalLM(config)
        model.load_state_dict(state, assign=True)
        self._model: Any = model.model.eval()
        # What a model on the meta device computes when it is made has no values yet.
        self._model.rotary_emb = type(self._model.rotary_emb)(config)

    def mean(self, ids: list[int]) -> np.ndarray:
        """The mean last state (hidden,) over `ids`."""
        import torch

        with torch.inference_mode():
            states = self._model(input_ids=torch.tensor([ids])).last_hidden_state
        return np.asarray(states[0].mean(0).float().numpy())


def similarity(pack: Path, testset: TestSet, limit: int | None = None, threads: int = 1) -> list[Row]:
    """One row per language: items, matched and mismatched cosine, and the normalised similarity."""
    import torch

    torch.set_num_threads(threads)
    manifest: PackManifest = verify_pack(pack)
    part = manifest.component("tokenizer")
    tokenizer: SpeechTokenizer = load_component(
        "tokenizer", part.kind, pack / part.folder, device="cpu", threads=threads
    )
    states = States(pack / manifest.component("lm").folder)
    layout = states.layout
    rows = []
    for language in ("en", "zh"):
        spoken, written = [], []
        for item in testset.of(UNSEEN_WORDINGS, language)[:limit]:
            units = layout.heard_ids(tokenizer.encode(testset.read(item)).units)
            text = layout.encode(item.text if language == "zh" else f" {item.text}")
            if units and text:
                spoken.append(states.mean(units))
                written.append(states.mean(text))
        if len(spoken) < 2:
            continue
        matched, mismatched, normalised = similarity_scores(np.stack(spoken), np.stack(written))
        rows.append(
            {
                "language": language,
                "items": len(spoken),
                "matched": matched,
                "mismatched": mismatched,
                "normalised": normalised,
            }
        )
    return rows
