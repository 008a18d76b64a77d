"""The vocabulary of the joint LM: which id is a piece of text, a unit, a language or a marker.

Reads the LM folder's `tokenizer.json` and `layout.json` with the `tokenizers` library alone. Text that people type can
never become a marker or a unit, whatever they type. Knows nothing of the order in which tokens may come
(`chain/grammar.py`) nor of weights.

`layout.json`::

    {"schema": 1, "vocabulary": 25000, "context": 2048, "first_unit": 20800, "units": 4096,
     "markers": {"question": 1, "answer": 2, "say": 3, "translate": 4, "text": 5, "sosp": 6, "eosp": 7, "end": 8},
     "languages": {"en": 9, "zh": 10}}

It may also have `"heard"`, for each unit the id as which it is heard. Many codes stand for one phoneme, and what tells
them apart is the voice and the room: that matters to who speaks, not to who understands. That id is one of the units,
or one of its own that can never be said.
"""

from __future__ import annotations

import codecs
import enum
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from cslm_core.errors import PackError
from cslm_core.files import atomic_write_json
from cslm_core.units import CODE_COUNT

__all__ = [
    "LAYOUT_FILE",
    "MARKERS",
    "TOKENIZER_FILE",
    "TextDecoder",
    "TokenKind",
    "TokenLayout",
    "heard_table",
    "read_layout",
]

MARKERS: Final = ("question", "answer", "say", "translate", "text", "sosp", "eosp", "end")
LAYOUT_FILE: Final = "layout.json"
TOKENIZER_FILE: Final = "tokenizer.json"
_SCHEMA: Final = 1
_HIDDEN: Final = "\x00"
"""Begins the private names of reserved tokens; it is taken out of every text before that is encoded."""


class TokenKind(enum.IntFlag):
    """What a token is. Flags, so that a set of kinds is one value."""

    NONE = 0
    TEXT = enum.auto()
    UNIT = enum.auto()
    LANGUAGE = enum.auto()
    QUESTION = enum.auto()
    ANSWER = enum.auto()
    SAY = enum.auto()
    TRANSLATE = enum.auto()
    TEXT_ANSWER = enum.auto()
    SOSP = enum.auto()
    EOSP = enum.auto()
    END = enum.auto()
    OTHER = enum.auto()
    """Special tokens that the base model had and we never use."""


_MARKER_KINDS: Final = dict(
    zip(
        MARKERS,
        (
            TokenKind.QUESTION,
            TokenKind.ANSWER,
            TokenKind.SAY,
            TokenKind.TRANSLATE,
            TokenKind.TEXT_ANSWER,
            TokenKind.SOSP,
            TokenKind.EOSP,
            TokenKind.END,
        ),
        strict=True,
    )
)


class TextDecoder:
    """Ids of text to text, piece by piece: what it gives never ends within a character, and malformed bytes vanish."""

    def __init__(self, pieces: Sequence[bytes]) -> None:
        self._pieces = pieces
        self._decoder = codecs.getincrementaldecoder("utf-8")("ignore")

    def push(self, token: int) -> str:
        """The characters that are whole now; ids that are not text give nothing."""
        return self._decoder.decode(self._pieces[token]) if 0 <= token < len(self._pieces) else ""

    def finish(self) -> str:
        """The end: half a character is dropped. The decoder can be used again."""
        text = self._decoder.decode(b"", final=True)
        self._decoder.reset()
        return text


class TokenLayout:
    """Ids of the joint LM. `kinds` (vocabulary,) int32 holds the `TokenKind` of each."""

    def __init__(self, tokenizer: Mapping[str, Any], description: Mapping[str, Any]) -> None:
        """Of the parsed `tokenizer.json` and `layout.json`. Raises PackError when they do not fit together."""
        try:
            self.vocabulary = int(description["vocabulary"])
            self.context = int(description.get("context", 2048))
            self.first_unit = int(description["first_unit"])
            self.unit_count = int(description.get("units", CODE_COUNT))
            markers = {name: int(description["markers"][name]) for name in MARKERS}
            self.languages: dict[str, int] = {str(k): int(v) for k, v in description["languages"].items()}
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise PackError(f"The file {LAYOUT_FILE} of the language model is not complete ({error}).") from error
        self.question, self.answer = markers["question"], markers["answer"]
        self.say, self.translate, self.text = markers["say"], markers["translate"], markers["text"]
        self.sosp, self.eosp, self.end = markers["sosp"], markers["eosp"], markers["end"]
        self._description = dict(description)
        reserved = [*markers.values(), *self.languages.values()]
        units = range(self.first_unit, self.first_unit + self.unit_count)
        inside = all(0 <= token < self.vocabulary for token in reserved) and units.start >= 0
        if (
            not inside
            or units.stop > self.vocabulary
            or len(set(reserved)) < len(reserved)
            or set(reserved) & set(units)
        ):
            raise PackError(f"The file {LAYOUT_FILE} of the language model contradicts itself; the pack is damaged.")
        self._language_codes = {token: code for code, token in self.languages.items()}
        self._tokenizer, self._pieces, special = _read_tokenizer(tokenizer, {*reserved, *units}, self.vocabulary)
        self.kinds: NDArray[np.int32] = np.full(self.vocabulary, TokenKind.OTHER, np.int32)
        for token, piece in enumerate(self._pieces):
            if piece and token not in special:
                self.kinds[token] = TokenKind.TEXT
        self.kinds[units.start : units.stop] = TokenKind.UNIT
        self.kinds[list(self._language_codes)] = TokenKind.LANGUAGE
        for name, token in markers.items():
            self.kinds[token] = _MARKER_KINDS[name]
        self._masks: dict[int, NDArray[np.bool_]] = {}
        self._heard = self._read_heard(description.get("heard"))
        self.alike: NDArray[np.int32] = np.arange(self.vocabulary, dtype=np.int32)
        """(vocabulary,) the id as which each token is heard, which is its own unless it is a unit."""
        self.alike[units.start : units.stop] = self._heard

    def _read_heard(self, written: Any) -> list[int]:
        """`heard_table`, checked. Raises PackError."""
        if written is None:
            return heard_table(self._description)
        fine = (
            isinstance(written, list)
            and len(written) == self.unit_count
            and all(type(token) is int and 0 <= token < self.vocabulary for token in written)
        )
        if not fine or any(self.kind(token) not in (TokenKind.UNIT, TokenKind.OTHER) for token in written):
            raise PackError(f"The file {LAYOUT_FILE} of the language model contradicts itself; the pack is damaged.")
        return list(written)

    @classmethod
    def load(cls, folder: Path) -> TokenLayout:
        """Of an LM folder. Raises PackError when a file is missing, damaged or of another version."""
        return cls(*read_layout(folder))

    def save(self, folder: Path) -> None:
        """Write `layout.json` (the tokenizer is the trainer's to write)."""
        atomic_write_json(folder / LAYOUT_FILE, {**self._description, "schema": _SCHEMA})

    # --- single tokens ---

    def kind(self, token: int) -> TokenKind:
        """What a token is; OTHER for an id outside the vocabulary."""
        return TokenKind(int(self.kinds[token])) if 0 <= token < self.vocabulary else TokenKind.OTHER

    def mask(self, kinds: TokenKind) -> NDArray[np.bool_]:
        """(vocabulary,) whether each token is of one of the kinds. Shared: do not write to it."""
        mask = self._masks.get(int(kinds))
        if mask is None:
            mask = (self.kinds & int(kinds)) != 0
            mask.flags.writeable = False
            self._masks[int(kinds)] = mask
        return mask

    def unit_ids(self, units: Iterable[int] | NDArray[np.integer]) -> list[int]:
        """The ids of units. Raises ValueError for what is no unit."""
        values = [int(unit) for unit in units]
        if values and not (min(values) >= 0 and max(values) < self.unit_count):
            raise ValueError(f"units must be in [0, {self.unit_count})")
        return [self.first_unit + value for value in values]

    def heard_ids(self, units: Iterable[int] | NDArray[np.integer]) -> list[int]:
        """The ids of units in a question, as many as there are. Raises ValueError for what is no unit."""
        return [self._heard[token - self.first_unit] for token in self.unit_ids(units)]

    def unit_of(self, token: int) -> int:
        """The unit of a unit token."""
        return token - self.first_unit

    def language_id(self, code: str) -> int:
        """The marker of a language. Raises PackError for one that the model does not know."""
        try:
            return self.languages[code]
        except KeyError:
            known = ", ".join(self.languages)
            raise PackError(f"This model does not know the language '{code}' (it knows: {known}).") from None

    def language_of(self, token: int) -> str:
        """The code of a language marker."""
        return self._language_codes[token]

    # --- text ---

    def encode(self, text: str) -> list[int]:
        """Ids of text; never a marker or a unit, even when the text spells one."""
        ids: list[int] = self._tokenizer.encode(text.replace(_HIDDEN, ""), add_special_tokens=False).ids
        # A base tokenizer may fall back to an id that is not text (an unknown character): that is left out.
        return [token for token in ids if self.kind(token) is TokenKind.TEXT]

    def decode(self, ids: Iterable[int]) -> str:
        """The text of the text tokens among `ids`."""
        decoder = self.text_decoder()
        return "".join([decoder.push(token) for token in ids]) + decoder.finish()

    def text_decoder(self) -> TextDecoder:
        """For text that arrives token by token."""
        return TextDecoder(self._pieces)


def heard_table(description: Mapping[str, Any]) -> list[int]:
    """For each unit the id as which it is heard: its own where `layout.json` says nothing."""
    first, count = int(description["first_unit"]), int(description.get("units", CODE_COUNT))
    return list(description.get("heard") or range(first, first + count))


def read_layout(folder: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """`tokenizer.json` and `layout.json` of an LM folder, parsed. Raises PackError as `TokenLayout.load`."""
    files = []
    for name in (TOKENIZER_FILE, LAYOUT_FILE):
        try:
            value = json.loads((folder / name).read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise PackError(f"The file {name} of the language model cannot be read; install the pack again.") from error
        if not isinstance(value, dict):
            raise PackError(f"The file {name} of the language model is damaged; install the pack again.")
        files.append(value)
    if files[1].get("schema") != _SCHEMA:
        raise PackError(f"The file {LAYOUT_FILE} of the language model is of another version; update the program.")
    return files[0], files[1]


def _read_tokenizer(
    source: Mapping[str, Any], reserved: set[int], vocabulary: int
) -> tuple[Tokenizer, list[bytes], set[int]]:
    """The tokenizer with reserved tokens hidden, the bytes of each text token (others: empty), and the special ids."""
    try:
        data: dict[str, Any] = json.loads(json.dumps(source))
        model_vocabulary: dict[str, int] = data["model"]["vocab"]
        added: list[dict[str, Any]] = data.get("added_tokens") or []
        special = {int(token["id"]) for token in added if token.get("special")}
        # Renamed and not removed: the library numbers added tokens by their order.
        for token in added:
            number = int(token["id"])
            if number in reserved or number in special:
                name = f"{_HIDDEN}{number}"
                if token["content"] in model_vocabulary:
                    model_vocabulary[name] = model_vocabulary.pop(token["content"])
                token["content"] = name
        data["post_processor"] = None  # it would put the base model's begin marker in front, by a name that is gone
        data["truncation"] = data["padding"] = None
        tokenizer = Tokenizer.from_str(json.dumps(data))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise PackError(
            f"The file {TOKENIZER_FILE} of the language model is damaged; install the pack again."
        ) from error
    except Exception as error:  # the library raises bare Exception for a file that it cannot read
        raise PackError(f"The file {TOKENIZER_FILE} of the language model cannot be used ({error}).") from error
    pieces = [b""] * vocabulary
    plain = {int(token["id"]): str(token["content"]) for token in added}
    to_bytes = _byte_level if _is_byte_level(data) else _metaspace
    for name, number in tokenizer.get_vocab(with_added_tokens=True).items():
        if number in reserved or number in special or not 0 <= number < vocabulary:
            continue
        pieces[number] = plain[number].encode() if number in plain else to_bytes(name)
    return tokenizer, pieces, special


def _is_byte_level(data: Mapping[str, Any]) -> bool:
    return '"ByteLevel"' in json.dumps([data.get("decoder"), data.get("pre_tokenizer")])


def _byte_table() -> dict[str, int]:
    """How byte-level vocabularies write bytes as printable characters (the table of GPT-2)."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in set(printable)]
    return {chr(byte): byte for byte in printable} | {chr(256 + n): byte for n, byte in enumerate(others)}


_BYTES: Final = _byte_table()


def _byte_level(name: str) -> bytes:
    if all(character in _BYTES for character in name):
        return bytes(_BYTES[character] for character in name)
    return name.encode()


def _metaspace(name: str) -> bytes:
    if len(name) == 6 and name.startswith("<0x") and name.endswith(">"):
        return bytes([int(name[3:5], 16)])
    return name.replace("▁", " ").encode()
