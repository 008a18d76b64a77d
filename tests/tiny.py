"""A tiny seeded joint LM folder: two layers, a real byte-level tokenizer with markers, Chinese characters and units."""

import json
from pathlib import Path

import numpy as np

from cslm_core.lm.config import CONFIG_FILE, LlamaShape
from cslm_core.lm.layout import LAYOUT_FILE, TOKENIZER_FILE
from cslm_core.lm.quantise import WEIGHTS_FILE, quantise_state, save_weights

UNITS = 64
WORDS = (" the", " is", " of", "the", "an", "er", "in", " hello", " Paris", " capital", " a", "ing", " yes", " no")
CHARACTERS = "你好我是在法国的首都巴黎吗天气今很"
MARKERS = {
    "question": "[question]",
    "answer": "[answer]",
    "say": "[say]",
    "translate": "[translate]",
    "text": "[text]",
    "sosp": "<sosp>",
    "eosp": "<eosp>",
    "end": "<|im_end|>",
}
LANGUAGES = {"en": "<en>", "zh": "<zh>"}


def _byte_alphabet() -> list[str]:
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    table, extra = {}, 0
    for byte in range(256):
        if byte in printable:
            table[byte] = chr(byte)
        else:
            table[byte] = chr(256 + extra)
            extra += 1
    return [table[byte] for byte in range(256)]


def tiny_tokenizer() -> tuple[dict, dict]:
    """`tokenizer.json` and `layout.json`, parsed."""
    alphabet = _byte_alphabet()
    written = lambda text: "".join(alphabet[byte] for byte in text.encode())  # noqa: E731
    vocabulary = {"<|endoftext|>": 0, "<|im_end|>": 1}
    for symbol in alphabet:
        vocabulary[symbol] = len(vocabulary)
    merges: list[list[str]] = []
    for word in WORDS:
        symbols = list(written(word))
        while len(symbols) > 1:  # merge from the left, as the words before have
            pair = [symbols[0], symbols[1]]
            if "".join(pair) not in vocabulary:
                vocabulary["".join(pair)] = len(vocabulary)
                merges.append(pair)
            symbols[:2] = ["".join(pair)]
    added = [
        {"id": 0, "content": "<|endoftext|>", "special": True},
        {"id": 1, "content": "<|im_end|>", "special": True},
    ]
    next_id = len(vocabulary)

    def add(content: str, special: bool) -> int:
        nonlocal next_id
        added.append({"id": next_id, "content": content, "special": special})
        next_id += 1
        return next_id - 1

    markers = {name: 1 if name == "end" else add(content, True) for name, content in MARKERS.items()}
    languages = {code: add(content, True) for code, content in LANGUAGES.items()}
    for character in CHARACTERS:
        add(character, False)
    first_unit = next_id
    for unit in range(UNITS):
        add(f"<{unit}>", False)
    flags = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False}
    tokenizer = {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [{**flags, **token} for token in added],
        "normalizer": None,
        "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True},
        "post_processor": None,
        "decoder": {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True},
        "model": {
            "type": "BPE",
            "dropout": None,
            "unk_token": None,
            "continuing_subword_prefix": None,
            "end_of_word_suffix": None,
            "fuse_unk": False,
            "byte_fallback": False,
            "vocab": vocabulary,
            "merges": merges,
        },
    }
    layout = {
        "schema": 1,
        "vocabulary": next_id,
        "context": 256,
        "first_unit": first_unit,
        "units": UNITS,
        "markers": markers,
        "languages": languages,
    }
    return tokenizer, layout


def tiny_config(vocabulary: int) -> dict:
    return {
        "model_type": "llama",
        "architectures": ["LlamaForCausalLM"],
        "vocab_size": vocabulary,
        "hidden_size": 32,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "head_dim": 16,
        "intermediate_size": 80,
        "rms_norm_eps": 1e-5,
        "rope_parameters": {"rope_type": "default", "rope_theta": 10000.0},
        "max_position_embeddings": 512,
        "hidden_act": "silu",
        "tie_word_embeddings": True,
        "attention_bias": False,
        "mlp_bias": False,
        "bos_token_id": None,
        "eos_token_id": 1,
        "pad_token_id": None,
    }


def tiny_state(config: dict, seed: int = 0) -> dict[str, np.ndarray]:
    """Random weights by the names of Hugging Face's Llama."""
    random = np.random.default_rng(seed)
    shape = LlamaShape.of(config)
    wide, narrow = shape.heads * shape.head_size, shape.kv_heads * shape.head_size

    def matrix(rows: int, columns: int) -> np.ndarray:
        return (random.standard_normal((rows, columns)) / np.sqrt(columns)).astype(np.float32)

    state = {"model.embed_tokens.weight": matrix(shape.vocabulary, shape.hidden) * 3}
    for layer in range(shape.layers):
        at = f"model.layers.{layer}."
        for part, rows in (("q", wide), ("k", narrow), ("v", narrow)):
            state[f"{at}self_attn.{part}_proj.weight"] = matrix(rows, shape.hidden) * 2
        state[f"{at}self_attn.o_proj.weight"] = matrix(shape.hidden, wide)
        for part in ("gate", "up"):
            state[f"{at}mlp.{part}_proj.weight"] = matrix(shape.inner, shape.hidden)
        state[f"{at}mlp.down_proj.weight"] = matrix(shape.hidden, shape.inner)
        for part in ("input_layernorm", "post_attention_layernorm"):
            state[f"{at}{part}.weight"] = random.uniform(0.5, 1.5, shape.hidden).astype(np.float32)
    state["model.norm.weight"] = np.ones(shape.hidden, np.float32)
    return state


def write_tiny_lm(folder: Path, *, quantised: bool = True, seed: int = 0) -> Path:
    """An LM folder as a pack has it, or (`quantised` False) as Hugging Face and the trainer have it."""
    tokenizer, layout = tiny_tokenizer()
    config = tiny_config(layout["vocabulary"])
    folder.mkdir(parents=True, exist_ok=True)
    for name, value in ((TOKENIZER_FILE, tokenizer), (LAYOUT_FILE, layout), (CONFIG_FILE, config)):
        (folder / name).write_text(json.dumps(value), "utf-8")
    state = tiny_state(config, seed)
    if quantised:
        save_weights(quantise_state(state), folder / WEIGHTS_FILE)
    else:
        from safetensors.numpy import save_file

        save_file(state, folder / WEIGHTS_FILE)
    return folder
