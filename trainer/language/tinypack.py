"""A whole tiny seeded pack: real in every part, a few channels wide, able to learn and unable to talk.

For the small run of all steps (`demo.py`) and for tests. Knows nothing of languages beyond two codes.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from cslm_core.decoder.decoder import FlowDecoder
from cslm_core.decoder.duration import DurationConfig, DurationPredictor
from cslm_core.decoder.flow import Flow, FlowConfig
from cslm_core.decoder.vocoder import Vocoder, VocoderConfig
from cslm_core.files import atomic_write_json
from cslm_core.lm.config import LlamaShape
from cslm_core.lm.quantise import INT8_FILE, quantise_state, save_weights
from cslm_core.packs.build import build_pack
from cslm_core.packs.manifest import Component, PackManifest, UnitVocabulary
from cslm_core.tensors import save_int8
from cslm_core.tokenizer.quantiser import Quantiser, QuantiserConfig
from cslm_core.tokenizer.whisper import WhisperConfig, WhisperEncoder

__all__ = ["UNITS", "write_tiny_pack"]

UNITS: Final = 64
_TEXTS: Final = (
    "The capital of France is Paris. Good morning, how are you today? Please open the window a little.",
    "I would like a cup of coffee, and then we go to the market. It is raining, so take an umbrella.",
)
_CHARACTERS: Final = "你好我是在法国的首都巴黎吗天气今很，。？！"
_MARKERS: Final = {
    "question": "[question]", "answer": "[answer]", "say": "[say]", "translate": "[translate]", "text": "[text]",
    "sosp": "<sosp>", "eosp": "<eosp>",
}  # fmt: skip


def write_tiny_pack(folder: Path, *, seed: int = 0, hidden: int = 32, layers: int = 2) -> PackManifest:
    """Write the pack into a new folder and give its manifest; the same seed gives the same pack."""
    torch.manual_seed(seed)
    _write_lm(folder / "lm", seed, hidden, layers)
    _write_tokenizer(folder / "tokenizer")
    _decoder().save(folder / "decoder")
    (folder / "NOTICE.md").write_text("Random weights; Apache-2.0.\n", "utf-8")
    about = {"licence": "Apache-2.0", "source": "random weights from a seed"}
    return build_pack(
        folder,
        name="tiny",
        version="1.0.0",
        title="A tiny pack that cannot talk",
        languages=["en", "zh"],
        units=UnitVocabulary(size=UNITS, rate=25),
        components={
            "tokenizer": Component(kind="whisper-vq", folder="tokenizer", **about),
            "lm": Component(kind="llama-int8", folder="lm", **about),
            "decoder": Component(kind="cslm-flow", folder="decoder", **about),
        },
    )


def _write_lm(folder: Path, seed: int, hidden: int, layers: int) -> None:
    tokenizer, layout = _vocabulary()
    config = {
        "model_type": "llama", "architectures": ["LlamaForCausalLM"], "vocab_size": layout["vocabulary"],
        "hidden_size": hidden, "num_hidden_layers": layers, "num_attention_heads": hidden // 16,
        "num_key_value_heads": max(1, hidden // 32), "head_dim": 16, "intermediate_size": hidden * 5 // 2,
        "rms_norm_eps": 1e-5, "rope_parameters": {"rope_type": "default", "rope_theta": 10000.0},
        "max_position_embeddings": 1024, "hidden_act": "silu", "tie_word_embeddings": True, "attention_bias": False,
        "mlp_bias": False, "bos_token_id": None, "eos_token_id": layout["markers"]["end"], "pad_token_id": None,
    }  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    for name, value in (("tokenizer.json", tokenizer), ("layout.json", layout), ("config.json", config)):
        atomic_write_json(folder / name, value, indent=None)
    save_weights(quantise_state(_state(config, seed)), folder / INT8_FILE)


def _vocabulary() -> tuple[dict[str, Any], dict[str, Any]]:
    """`tokenizer.json` and `layout.json`: a small byte-level BPE, characters, markers, languages, units."""
    import json

    learnt = Tokenizer(models.BPE())
    learnt.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    learnt.decoder = decoders.ByteLevel()
    learnt.train_from_iterator(
        _TEXTS * 3,
        trainers.BpeTrainer(
            vocab_size=380,
            special_tokens=["<|endoftext|>", "<|im_end|>"],
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
            show_progress=False,
        ),
    )
    tokenizer = json.loads(learnt.to_str())
    first = max(tokenizer["model"]["vocab"].values()) + 1
    names = [*_CHARACTERS, *_MARKERS.values(), "<en>", "<zh>", *(f"<{unit}>" for unit in range(UNITS))]
    number = {name: first + at for at, name in enumerate(names)}
    flags = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False}
    tokenizer["added_tokens"] += [
        {"id": number[name], "content": name, **flags, "special": name not in _CHARACTERS} for name in names
    ]
    layout = {
        "schema": 1,
        "vocabulary": first + len(names),
        "context": 512,
        "first_unit": number["<0>"],
        "units": UNITS,
        "markers": {name: number[written] for name, written in _MARKERS.items()} | {"end": 1},
        "languages": {"en": number["<en>"], "zh": number["<zh>"]},
        "heard": [number[f"<{unit - unit % 2}>"] for unit in range(UNITS)],
    }
    return tokenizer, layout


def _state(config: dict[str, Any], seed: int) -> dict[str, np.ndarray]:
    random = np.random.default_rng(seed)
    shape = LlamaShape.of(config)
    wide, narrow = shape.heads * shape.head_size, shape.kv_heads * shape.head_size

    def matrix(rows: int, columns: int, size: float = 1.0) -> np.ndarray:
        return (size * random.standard_normal((rows, columns)) / np.sqrt(columns)).astype(np.float32)

    state = {"model.embed_tokens.weight": matrix(shape.vocabulary, shape.hidden)}
    for layer in range(shape.layers):
        at = f"model.layers.{layer}."
        for part, rows in (("q", wide), ("k", narrow), ("v", narrow)):
            state[f"{at}self_attn.{part}_proj.weight"] = matrix(rows, shape.hidden)
        state[f"{at}self_attn.o_proj.weight"] = matrix(shape.hidden, wide, 0.5)
        for part in ("gate", "up"):
            state[f"{at}mlp.{part}_proj.weight"] = matrix(shape.inner, shape.hidden)
        state[f"{at}mlp.down_proj.weight"] = matrix(shape.hidden, shape.inner, 0.5)
        for part in ("input_layernorm", "post_attention_layernorm"):
            state[f"{at}{part}.weight"] = np.ones(shape.hidden, np.float32)
    state["model.norm.weight"] = np.ones(shape.hidden, np.float32)
    return state


def _write_tokenizer(folder: Path) -> None:
    """A code book of vectors that its own quantiser gives for noise in syllables, so that many codes are used."""
    encoder_config = WhisperConfig(mels=80, width=16, heads=2, layers=1, positions=1500)
    config = QuantiserConfig(features=16, width=12, blocks=1, kernel=3, bottleneck=4, codes=UNITS, switch_cost=0.02)
    encoder, quantiser = WhisperEncoder(encoder_config).eval(), Quantiser(config).eval()
    random = np.random.default_rng(0)
    count = 16_000 * 5
    loud = np.repeat(random.uniform(0, 0.5, count // 1600 + 1), 1600)[:count]
    pitch = np.repeat(random.uniform(100, 3000, count // 1600 + 1), 1600)[:count]
    sound = (loud * np.sin(2 * np.pi * np.cumsum(pitch) / 16_000)).astype(np.float32)
    with torch.inference_mode():
        vectors = quantiser(encoder(torch.from_numpy(sound))[None])[0]
    quantiser.codebook.copy_(vectors[torch.randperm(len(vectors))[:UNITS]])
    folder.mkdir(parents=True, exist_ok=True)
    save_int8(encoder.state_dict(), folder / "encoder.safetensors")
    save_int8(quantiser.state_dict(), folder / "quantiser.safetensors")
    atomic_write_json(folder / "config.json", {"encoder": asdict(encoder_config), "quantiser": asdict(config)})


def _decoder() -> FlowDecoder:
    duration = DurationPredictor(DurationConfig(codes=UNITS, width=8, hidden=12, rights=(1, 0)))
    flow = Flow(
        FlowConfig(
            codes=UNITS, width=8, hidden=12, unit_rights=(1, 1, 1), mel_rights=(2, 0), field_width=12, field_hidden=16,
            field_depth=2, pitched=True,
        )
    )  # fmt: skip
    vocoder = Vocoder(VocoderConfig(width=12, hidden=16, rights=(1, 1, 0)))
    decoder = FlowDecoder(duration, flow, vocoder, block=8)
    decoder.duration.head.bias.fill_(0.7)
    return decoder
