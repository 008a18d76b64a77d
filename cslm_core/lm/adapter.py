"""What a language pack adds to the joint LM: low-rank deltas, changed rows and new rows, and how they are merged.

A folder of `adapter.json` and `adapter.safetensors`. Several adapters on one model are merged together: their deltas
are summed and their new tokens appended in the order given, a character that two of them bring gets the mean of their
rows. Each was trained without the others, so they may disturb each other; what that costs is for a scorecard to say.
Needs numpy and safetensors only; knows nothing of packs, of training or of how the model is computed.

`adapter.json`::

    {"schema": 1, "kind": "cslm-lora-1", "language": "es", "vocabulary": 25000, "scale": 2.0, "characters": ["ш", "я"]}

`adapter.safetensors`: `a.<weight>` (rank, inputs) and `b.<weight>` (outputs, rank), `delta.<weight>` (full deltas),
`rows` (1 + characters, hidden; the language marker first), `changed` (n,) ids with `changed_delta` (n, hidden) int8 and
`changed_scale` (n,); for a model whose head is not its embedding the same again with `head_` in front.
"""

from __future__ import annotations

import copy
import dataclasses
import json
from collections.abc import MutableMapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from cslm_core.errors import PackError
from cslm_core.files import atomic_path, atomic_write_json
from cslm_core.lm.config import LlamaShape
from cslm_core.lm.layout import TokenLayout, heard_table
from cslm_core.lm.quantise import BlockMatrix, quantise_matrix

__all__ = [
    "ADAPTER_KIND",
    "CONFIG_FILE",
    "EMBEDDING",
    "HEAD",
    "TENSORS_FILE",
    "Adapter",
    "Rows",
    "extend_layout",
    "merge",
]

ADAPTER_KIND: Final = "cslm-lora"
CONFIG_FILE: Final = "adapter.json"
TENSORS_FILE: Final = "adapter.safetensors"
EMBEDDING: Final = "model.embed_tokens.weight"
HEAD: Final = "lm_head.weight"
_FORMAT: Final = "cslm-lora-1"
_SCHEMA: Final = 1
_MOST_CHARACTERS: Final = 20_000
_MOST_CLASSES: Final = 4096
_LARGEST_RANK: Final = 1024
_TOP: Final = 127.49
_THREADS: Final = 4

Matrix = NDArray[np.float32]
AnyWeights = MutableMapping[str, Any]
"""By the names of Hugging Face's Llama: `BlockMatrix`, or float32 arrays."""


@dataclass(frozen=True)
class Rows:
    """Changes of an embedding (or head): `new` (n, hidden) rows, `delta` (m, hidden) for the ids `changed` (m,)."""

    new: Matrix
    changed: NDArray[np.int64]
    delta: Matrix


@dataclass(frozen=True)
class Adapter:
    """`factors` by weight name: (A (rank, inputs), B (outputs, rank)); the delta of a weight is `scale` * B @ A."""

    language: str
    vocabulary: int
    """Of the base model, without new tokens."""
    characters: tuple[str, ...]
    scale: float
    embedding: Rows
    factors: dict[str, tuple[Matrix, Matrix]] = field(default_factory=dict)
    deltas: dict[str, Matrix] = field(default_factory=dict)
    head: Rows | None = None
    hears: tuple[int, ...] = ()
    """For each unit -1, or the number of the class of its own as which it is heard: those rows are behind the
    characters'. Empty where the language is heard as the base hears."""

    @property
    def classes(self) -> int:
        """How many classes of its own it hears."""
        return max(self.hears, default=-1) + 1

    def save(self, folder: Path) -> None:
        """Write both files, each all or nothing. Raises CslmError when the system refuses."""
        folder.mkdir(parents=True, exist_ok=True)
        tensors: dict[str, NDArray[Any]] = {}
        for name, (a, b) in self.factors.items():
            tensors[f"a.{name}"], tensors[f"b.{name}"] = a.astype(np.float16), b.astype(np.float16)
        for name, delta in self.deltas.items():
            tensors[f"delta.{name}"] = delta.astype(np.float16)
        for prefix, rows in (("", self.embedding), ("head_", self.head)):
            if rows is not None:
                codes, scales = _int8_rows(rows.delta)
                tensors[f"{prefix}rows"] = rows.new.astype(np.float16)
                tensors[f"{prefix}changed"] = rows.changed.astype(np.int32)
                tensors[f"{prefix}changed_delta"], tensors[f"{prefix}changed_scale"] = codes, scales
        with atomic_path(folder / TENSORS_FILE) as temporary:
            save_file({name: np.ascontiguousarray(tensors[name]) for name in sorted(tensors)}, temporary)
        about = {
            "schema": _SCHEMA,
            "kind": _FORMAT,
            "language": self.language,
            "vocabulary": self.vocabulary,
            "scale": self.scale,
            "characters": list(self.characters),
            "hears": list(self.hears),
        }
        atomic_write_json(folder / CONFIG_FILE, about)

    @classmethod
    def load(cls, folder: Path) -> Adapter:
        """Raises PackError when a file is missing, damaged, or of another version."""
        try:
            about = json.loads((folder / CONFIG_FILE).read_text("utf-8"))
            if about["schema"] != _SCHEMA or about["kind"] != _FORMAT:
                raise PackError("The language pack has an adapter of another version; update the program.")
            characters = tuple(str(character) for character in about["characters"])
            tensors = load_file(folder / TENSORS_FILE)
            adapter = cls(
                language=str(about["language"]),
                vocabulary=int(about["vocabulary"]),
                characters=characters,
                scale=float(about["scale"]),
                embedding=_read_rows(tensors, ""),
                factors={
                    name[2:]: (tensors[name].astype(np.float32), tensors[f"b.{name[2:]}"].astype(np.float32))
                    for name in sorted(tensors)
                    if name.startswith("a.")
                },
                deltas={
                    name.removeprefix("delta."): tensors[name].astype(np.float32)
                    for name in sorted(tensors)
                    if name.startswith("delta.")
                },
                head=_read_rows(tensors, "head_") if "head_rows" in tensors else None,
                hears=tuple(int(number) for number in about.get("hears", ())),
            )
        except (OSError, SafetensorError, KeyError, TypeError, ValueError, AttributeError) as error:
            raise PackError("The adapter of the language pack is damaged; import the pack again.") from error
        adapter._check()
        return adapter

    def _check(self) -> None:
        """What can be seen without the model. Raises PackError."""
        parts = [self.embedding, *([self.head] if self.head else [])]
        fine = (
            len(self.characters) <= _MOST_CHARACTERS
            and len(set(self.characters)) == len(self.characters)
            and all(len(character) in range(1, 9) and character.isprintable() for character in self.characters)
            and 0 < len(self.language) <= 35
            and 0 <= self.scale < 1e4
            and all(-1 <= number < _MOST_CLASSES for number in self.hears)
            and all(len(rows.new) == 1 + len(self.characters) + self.classes for rows in parts)
            and all(a.ndim == b.ndim == 2 and len(a) == b.shape[1] <= _LARGEST_RANK for a, b in self.factors.values())
        )
        values = [*(value for pair in self.factors.values() for value in pair), *self.deltas.values()]
        values += [value for rows in parts for value in (rows.new, rows.delta)]
        if not fine or not all(bool(np.isfinite(value).all()) for value in values):
            raise PackError("The adapter of the language pack contradicts itself; import the pack again.")


def extend_layout(
    tokenizer: dict[str, Any], description: dict[str, Any], adapters: Sequence[Adapter]
) -> tuple[dict[str, Any], dict[str, Any], list[list[int]]]:
    """`tokenizer.json` and `layout.json`, parsed, with the adapters' tokens behind the others.

    The third value has, for each adapter, the ids of its new rows; a character that an earlier adapter brought has the
    id it got there, and a unit that an earlier one hears in its own way is heard so. Raises PackError when two teach
    one language, or one does not fit this vocabulary.
    """
    tokenizer, description = copy.deepcopy(tokenizer), copy.deepcopy(description)
    base = int(description["vocabulary"])
    size = base
    ids: list[list[int]] = []
    known: dict[str, int] = {}
    pieces = tokenizer["model"]["vocab"]
    heard = heard_table(description)
    taken = [False] * len(heard)
    for adapter in adapters:
        if adapter.vocabulary != base:
            raise PackError(
                f"The language pack for '{adapter.language}' was made for another vocabulary; take the base pack that"
                " it names."
            )
        if adapter.language in description["languages"]:
            raise PackError(f"The language '{adapter.language}' is there already; switch off one of the two packs.")
        clash = next((c for c in adapter.characters if c in pieces), None)
        if clash is not None:  # the library would give it the id of that piece: byte 0xF1 is written "ñ"
            raise PackError(f"The language pack for '{adapter.language}' adds {clash!r}, which is there already.")
        own: list[int] = []
        classes = [f"<{adapter.language} {number}>" for number in range(adapter.classes)]
        for place, content in enumerate((f"<{adapter.language}>", *adapter.characters, *classes)):
            marker = not 1 <= place <= len(adapter.characters)
            if marker or content not in known:
                tokenizer["added_tokens"].append(
                    {
                        "id": size,
                        "content": content,
                        "single_word": False,
                        "lstrip": False,
                        "rstrip": False,
                        "normalized": False,
                        "special": marker,
                    }
                )
                if not marker:
                    known[content] = size
                own.append(size)
                size += 1
            else:
                own.append(known[content])
        description["languages"][adapter.language] = own[0]
        if adapter.hears and len(adapter.hears) != len(heard):
            raise PackError(
                f"The language pack for '{adapter.language}' was made for other units; take the base pack that it"
                " names."
            )
        for unit, number in enumerate(adapter.hears):
            if number >= 0 and not taken[unit]:
                taken[unit] = True
                heard[unit] = own[1 + len(adapter.characters) + number]
        ids.append(own)
    description["vocabulary"] = size
    if any(taken):
        description["heard"] = heard
    return tokenizer, description, ids


def merge(
    shape: LlamaShape,
    weights: AnyWeights,
    tokenizer: dict[str, Any],
    description: dict[str, Any],
    adapters: Sequence[Adapter],
) -> tuple[LlamaShape, TokenLayout]:
    """Change `weights` in place by the sum of the adapters; gives the new shape and layout. Raises PackError.

    Weights in int8 stay in int8. Their rounding is random, from a fixed seed: a delta smaller than a step would round
    to nothing everywhere, where now it comes out right on average.
    """
    tokenizer, description, ids = extend_layout(tokenizer, description, adapters)
    size = int(description["vocabulary"])
    dither = _Dither()
    try:
        names = sorted({name for adapter in adapters for name in (*adapter.factors, *adapter.deltas)})
        dither.make(max((_size(weights[name]) for name in names), default=0))

        def changed(name: str) -> Any:
            own = [_delta(one, name) for one in adapters if name in one.factors or name in one.deltas]
            return _add(weights[name], own[0] if len(own) == 1 else np.sum(own, 0), dither)

        with ThreadPoolExecutor(_THREADS) as pool:  # numpy computes outside the interpreter's lock
            weights.update(zip(names, pool.map(changed, names), strict=True))
        _merge_rows(weights, EMBEDDING, [adapter.embedding for adapter in adapters], ids, size, dither)
        if not shape.tied:
            heads = [adapter.head for adapter in adapters]
            if any(rows is None for rows in heads):
                raise PackError("The language pack lacks the output rows that this base pack needs.")
            _merge_rows(weights, HEAD, [rows for rows in heads if rows is not None], ids, size, dither)
    except (KeyError, ValueError, IndexError) as error:
        raise PackError(
            "The adapter of the language pack does not fit the base pack's language model; import the pack again."
        ) from error
    return dataclasses.replace(shape, vocabulary=size), TokenLayout(tokenizer, description)


def _delta(adapter: Adapter, name: str) -> Matrix:
    total: Any = None
    if name in adapter.factors:
        a, b = adapter.factors[name]
        total = (np.float32(adapter.scale) * b) @ a
    if name in adapter.deltas:
        total = adapter.deltas[name] if total is None else total + adapter.deltas[name]
    if total is None:
        raise KeyError(name)
    return total


class _Dither:
    """Numbers in [0, 1) for rounding, the same for every matrix: drawing them anew would cost a second."""

    def __init__(self) -> None:
        self._values: Matrix = np.zeros(0, np.float32)

    def make(self, count: int) -> None:
        """See to it that there are so many; the first are the same however many there are."""
        if len(self._values) < count:
            # Below 1 by more than a rounding of float32, so that a whole number stays what it is.
            self._values = np.random.default_rng(0).random(count, np.float32) * np.float32(0.9999)

    def __call__(self, count: int) -> Matrix:
        self.make(count)
        return self._values[:count]


def _size(weight: Any) -> int:
    return int(weight.codes.size if isinstance(weight, BlockMatrix) else 0)


def _add(weight: Any, delta: Matrix, dither: _Dither) -> Any:
    if isinstance(weight, BlockMatrix):
        return _add_to_blocks(weight, delta, dither)
    if weight.shape != delta.shape:
        raise ValueError(f"{delta.shape} on {weight.shape}")
    return weight + delta


def _add_to_blocks(weight: BlockMatrix, delta: Matrix, dither: _Dither) -> BlockMatrix:
    """The scale of a block stays unless its values would not fit; codes are rounded up or down at random."""
    if delta.shape != (weight.rows, weight.columns):
        raise ValueError(f"{delta.shape} on {(weight.rows, weight.columns)}")
    rows, blocks, block = weight.codes.shape
    if blocks * block != weight.columns:
        delta = np.pad(delta, ((0, 0), (0, blocks * block - weight.columns)))
    scales = weight.scales.astype(np.float32)
    # In units of the block's scale; in place, since memory is what this waits for.
    values = delta.reshape(rows, blocks, block) * (1 / scales)[..., None]
    values += weight.codes
    values += -128
    largest = np.maximum(values.max(2), -values.min(2))
    over = largest > _TOP
    new_scales = weight.scales
    if over.any():
        grown = np.where(over, scales * largest / 127, scales)
        new_scales = grown.astype(np.float16)
        ratio = np.asarray(scales / new_scales.astype(np.float32), np.float32)
        values *= ratio[..., None]
    values += dither(values.size).reshape(values.shape)
    values += np.float32(128)
    np.clip(values, 0, 255, out=values)
    return BlockMatrix(values.astype(np.uint8), new_scales, weight.columns)  # casting cuts off: a floor


def _merge_rows(
    weights: AnyWeights, name: str, parts: Sequence[Rows], ids: Sequence[Sequence[int]], size: int, dither: _Dither
) -> None:
    matrix = weights[name]
    base = matrix.rows if isinstance(matrix, BlockMatrix) else len(matrix)
    hidden = matrix.columns if isinstance(matrix, BlockMatrix) else matrix.shape[1]
    delta: dict[int, Matrix] = {}
    fresh = np.zeros((size - base, hidden), np.float32)
    owners = np.zeros(size - base, np.float32)
    for rows, own in zip(parts, ids, strict=True):
        if rows.new.shape != (len(own), hidden) or rows.delta.shape != (len(rows.changed), hidden):
            raise ValueError("rows of another width")
        if len(rows.changed) and not (rows.changed.min() >= 0 and rows.changed.max() < base):
            raise ValueError("changed rows outside the base vocabulary")
        for number, token in enumerate(own):
            fresh[token - base] += rows.new[number]
            owners[token - base] += 1
        for number, token in enumerate(rows.changed.tolist()):
            delta[token] = delta[token] + rows.delta[number] if token in delta else rows.delta[number]
    fresh = fresh / np.maximum(owners, np.float32(1))[:, None]
    changed = np.array(sorted(delta), np.int64)
    added = (
        np.stack([delta[token] for token in changed.tolist()]) if len(changed) else np.zeros((0, hidden), np.float32)
    )
    if not isinstance(matrix, BlockMatrix):
        matrix = np.concatenate([matrix, fresh])
        matrix[changed] += added
        weights[name] = matrix
        return
    codes, scales = matrix.codes.copy(), matrix.scales.copy()
    if len(changed):
        part = _add_to_blocks(BlockMatrix(codes[changed], scales[changed], hidden), added, dither)
        codes[changed], scales[changed] = part.codes, part.scales
    weights[name] = BlockMatrix.stack([BlockMatrix(codes, scales, hidden), quantise_matrix(fresh, matrix.block)])


def _int8_rows(rows: Matrix) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    scales = np.maximum(np.abs(rows).max(1, initial=0), 1e-12).astype(np.float32) / 127
    return np.rint(rows / scales[:, None]).astype(np.int8), scales


def _read_rows(tensors: dict[str, NDArray[Any]], prefix: str) -> Rows:
    codes, scales = tensors[f"{prefix}changed_delta"], tensors[f"{prefix}changed_scale"].astype(np.float32)
    if codes.ndim != 2 or scales.shape != codes.shape[:1]:
        raise ValueError("changed rows and their scales do not fit together")
    return Rows(
        tensors[f"{prefix}rows"].astype(np.float32),
        tensors[f"{prefix}changed"].astype(np.int64),
        codes.astype(np.float32) * scales[:, None],
    )
