"""The joint LM as an ONNX graph, written directly as protobuf when a pack is loaded.

A pack holds weights only, no graph; this one is 50 kB without them and takes milliseconds, so neither the `onnx`
package nor a cache on disk is needed. Weights are named and handed to the runtime beside the graph. The embedding is
not part of it: looking up a row is cheaper outside. Knows the operators of ONNX Runtime's CPU provider, not its API.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cslm_core.lm.config import LlamaShape
from cslm_core.lm.quantise import BlockMatrix, Weights

__all__ = ["LOGITS", "STATES", "Graph", "llama_graph", "present_names"]

LOGITS: Final = "logits"
STATES: Final = "states"
_MICROSOFT: Final = "com.microsoft"
_FLOAT, _UINT8, _INT32, _INT64 = 1, 2, 6, 7
_TYPES: Final = {np.dtype("f4"): _FLOAT, np.dtype("u1"): _UINT8, np.dtype("i4"): _INT32, np.dtype("i8"): _INT64}
_INT8_ACTIVATIONS: Final = 4
"""MatMulNBits' `accuracy_level`: multiply in int8. Its greedy choices are those of float32 in 94 % of tokens."""


# --- protobuf: numbers are those of onnx.proto ------------------------------------------------------------------------


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def _int(number: int, value: int) -> bytes:
    return _varint(number << 3) + _varint(value)


def _bytes(number: int, value: bytes | str) -> bytes:
    data = value.encode() if isinstance(value, str) else value
    return _varint(number << 3 | 2) + _varint(len(data)) + data


def _attribute(name: str, value: float) -> bytes:
    if isinstance(value, float):
        body = _varint(2 << 3 | 5) + struct.pack("<f", value) + _int(20, 1)
    else:
        body = _int(3, value) + _int(20, 2)
    return _bytes(5, _bytes(1, name) + body)


def _value(name: str, kind: int, shape: Sequence[int | str]) -> bytes:
    dims = b"".join(_bytes(1, _int(1, dim) if isinstance(dim, int) else _bytes(2, dim)) for dim in shape)
    return _bytes(1, name) + _bytes(2, _bytes(1, _int(1, kind) + _bytes(2, dims)))


@dataclass
class Graph:
    """A graph in the making; `tensors` are its weights by name, to be handed to the runtime."""

    tensors: dict[str, NDArray[np.generic]] = field(default_factory=dict)
    _nodes: list[bytes] = field(default_factory=list)
    _inputs: list[bytes] = field(default_factory=list)
    _outputs: list[bytes] = field(default_factory=list)
    _constants: list[bytes] = field(default_factory=list)

    def node(
        self, kind: str, inputs: Iterable[str], outputs: Iterable[str], *, domain: str = "", **attributes: float
    ) -> None:
        body = b"".join([_bytes(1, name) for name in inputs] + [_bytes(2, name) for name in outputs])
        body += _bytes(4, kind) + b"".join(_attribute(name, value) for name, value in attributes.items())
        self._nodes.append(_bytes(1, body + _bytes(7, domain)))

    def input(self, name: str, kind: type[np.generic], shape: Sequence[int | str]) -> None:
        self._inputs.append(_bytes(11, _value(name, _TYPES[np.dtype(kind)], shape)))

    def output(self, name: str, kind: type[np.generic], shape: Sequence[int | str]) -> None:
        self._outputs.append(_bytes(12, _value(name, _TYPES[np.dtype(kind)], shape)))

    def constant(self, name: str, value: NDArray[np.generic]) -> None:
        """A small tensor, kept inside the graph."""
        dims = b"".join(_int(1, dim) for dim in value.shape)
        body = dims + _int(2, _TYPES[value.dtype]) + _bytes(8, name) + _bytes(9, value.tobytes())
        self._constants.append(_bytes(5, body))

    def tensor(self, name: str, value: NDArray[np.generic]) -> None:
        """A large tensor, handed over beside the graph."""
        self.tensors[name] = np.ascontiguousarray(value)
        dims = b"".join(_int(1, dim) for dim in value.shape)
        place = _bytes(13, _bytes(1, "location") + _bytes(2, "beside"))
        self._constants.append(_bytes(5, dims + _int(2, _TYPES[value.dtype]) + _bytes(8, name) + place + _int(14, 1)))

    def serialise(self) -> bytes:
        """The bytes of a ModelProto."""
        graph = b"".join([*self._nodes, _bytes(2, "lm"), *self._constants, *self._inputs, *self._outputs])
        opsets = _bytes(8, _bytes(1, "") + _int(2, 17)) + _bytes(8, _bytes(1, _MICROSOFT) + _int(2, 1))
        return _int(1, 8) + _bytes(7, graph) + opsets


# --- the model --------------------------------------------------------------------------------------------------------


def present_names(layers: int) -> list[tuple[str, str]]:
    """Input and output name of each cache, keys and values in turn; both are to be bound to one buffer."""
    return [(f"past_{part}{layer}", f"present_{part}{layer}") for layer in range(layers) for part in ("k", "v")]


def llama_graph(shape: LlamaShape, weights: Weights, positions: int) -> Graph:
    """The graph of a model whose caches hold up to `positions` tokens.

    Inputs: `x` float32 (rows, T, hidden), the embedded tokens; `last` int32 (rows,), the position of the last of each;
    `total` int32 (1,), one more than the greatest of them; the caches (rows, kv heads, room, head size). Outputs:
    logits (rows, 1, vocabulary) after the T-th token, states (rows, T, hidden), whose products with the rows of the
    embedding are the logits after every token, and the caches. Several rows go with T = 1, or with empty caches.
    """
    graph = Graph()
    matrices = _Matrices(graph, weights)
    cosines, sines = shape.rotations(positions)
    graph.tensor("cosines", cosines)
    graph.tensor("sines", sines)
    graph.constant("minus_one", np.array([-1], np.int64))
    graph.input("x", np.float32, ["rows", "T", shape.hidden])
    graph.input("last", np.int32, ["rows"])
    graph.input("total", np.int32, [1])
    cache: list[int | str] = ["rows", shape.kv_heads, "room", shape.head_size]
    for past, present in present_names(shape.layers):
        graph.input(past, np.float32, cache)
        graph.output(present, np.float32, cache)
    graph.output(LOGITS, np.float32, ["rows", 1, shape.vocabulary])
    graph.output(STATES, np.float32, ["rows", "T", shape.hidden])

    stream, update = "x", ""
    for layer in range(shape.layers):
        name, at = f"model.layers.{layer}.", f"{layer}."
        normed, stream = _norm(graph, weights, name + "input_layernorm.weight", stream, update, at + "1", shape.epsilon)
        query = matrices.multiply(at + "qkv", [f"{name}self_attn.{part}_proj.weight" for part in "qkv"], normed)
        graph.node(
            "GroupQueryAttention",
            [query, "", "", f"past_k{layer}", f"past_v{layer}", "last", "total", "cosines", "sines"],
            [at + "attended", f"present_k{layer}", f"present_v{layer}"],
            domain=_MICROSOFT,
            num_heads=shape.heads,
            kv_num_heads=shape.kv_heads,
            do_rotary=1,
        )
        update = matrices.multiply(at + "o", [name + "self_attn.o_proj.weight"], at + "attended")
        after = name + "post_attention_layernorm.weight"
        normed, stream = _norm(graph, weights, after, stream, update, at + "2", shape.epsilon)
        gate = matrices.multiply(at + "gate", [name + "mlp.gate_proj.weight"], normed)
        up = matrices.multiply(at + "up", [name + "mlp.up_proj.weight"], normed)
        graph.node("QuickGelu", [gate], [at + "silu"], domain=_MICROSOFT, alpha=1.0)  # alpha 1 is SiLU
        graph.node("Mul", [at + "silu", up], [at + "gated"])
        update = matrices.multiply(at + "down", [name + "mlp.down_proj.weight"], at + "gated")
    graph.node("Add", [stream, update], ["sum"])
    norm = weights["model.norm.weight"]
    if isinstance(norm, BlockMatrix):
        raise TypeError("model.norm.weight must be a vector")
    graph.tensor("model.norm.weight", norm)
    graph.node("SimplifiedLayerNormalization", ["sum", "model.norm.weight"], [STATES], epsilon=shape.epsilon)
    graph.node("Gather", [STATES, "minus_one"], ["end"], axis=1)  # only the last token's logits are wanted
    matrices.multiply("head", ["model.embed_tokens.weight" if shape.tied else "lm_head.weight"], "end", LOGITS)
    return graph


def _norm(
    graph: Graph, weights: Weights, name: str, stream: str, update: str, prefix: str, epsilon: float
) -> tuple[str, str]:
    """Normalise stream + update; names of the result and of the sum."""
    weight = weights[name]
    if isinstance(weight, BlockMatrix):
        raise TypeError(f"{name} must be a vector")
    graph.tensor(name, weight)
    normed, total = prefix + ".normed", prefix + ".sum"
    if not update:
        graph.node("SimplifiedLayerNormalization", [stream, name], [normed], epsilon=epsilon)
        return normed, stream
    inputs, outputs = [stream, update, name], [normed, "", "", total]
    graph.node("SkipSimplifiedLayerNormalization", inputs, outputs, domain=_MICROSOFT, epsilon=epsilon)
    return normed, total


class _Matrices:
    """Products with quantised matrices."""

    def __init__(self, graph: Graph, weights: Weights) -> None:
        self._graph = graph
        self._weights = weights

    def multiply(self, name: str, parts: list[str], x: str, result: str = "") -> str:
        """x times the stacked matrices `parts`, transposed; the name of the result."""
        matrices = [self._weights[part] for part in parts]
        blocks = [matrix for matrix in matrices if isinstance(matrix, BlockMatrix)]
        if len(blocks) < len(matrices):
            raise TypeError(f"{parts} must be matrices")
        matrix = BlockMatrix.stack(blocks) if len(blocks) > 1 else blocks[0]
        self._graph.tensor(name + ".codes", matrix.codes)
        self._graph.tensor(name + ".scales", matrix.scales.astype(np.float32))
        result = result or name + ".product"
        self._graph.node(
            "MatMulNBits",
            [x, name + ".codes", name + ".scales"],
            [result],
            domain=_MICROSOFT,
            K=matrix.columns,
            N=matrix.rows,
            bits=8,
            block_size=matrix.block,
            accuracy_level=_INT8_ACTIVATIONS,
        )
        return result
