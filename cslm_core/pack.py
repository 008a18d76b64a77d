"""Opening a pack: verify it, load its components, and give them with what they can do together.

Knows the order of things and the time they take; how a turn goes is the business of `chat.py`, how a component is read
that of `packs/registry.py`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from cslm_core.audio import LISTEN_RATE
from cslm_core.components import LanguageModel, SpeechDecoder, SpeechTokenizer
from cslm_core.errors import PackError
from cslm_core.events import AUTO, PackInfo
from cslm_core.packs.languages import verify_languages
from cslm_core.packs.manifest import PackManifest
from cslm_core.packs.registry import load_component
from cslm_core.packs.trust import verify_once
from cslm_core.speech import SpeechGate

if TYPE_CHECKING:
    from cslm_core.audio import Pcm
    from cslm_core.chat import Chat, Transcript

__all__ = ["Pack", "Progress", "open_pack"]

Progress = Callable[[float, str], None]
"""Called with a fraction from 0 to 1 and what is being done."""

_ROLES: Final = ("tokenizer", "decoder", "lm")
_CHECKING: Final = 0.2
"""The share of checking in the progress."""


class Pack:
    """A pack that is loaded. `seconds` says where the time of loading went."""

    def __init__(
        self,
        manifest: PackManifest,
        tokenizer: SpeechTokenizer,
        lm: LanguageModel,
        decoder: SpeechDecoder,
        *,
        gate: SpeechGate | None = None,
        seconds: dict[str, float] | None = None,
        added: Sequence[PackManifest] = (),
        decoders: Mapping[str, SpeechDecoder] | None = None,
    ) -> None:
        """`added` are the language packs that are merged into the parts; `decoders` are those of languages that have
        one of their own."""
        self.manifest = manifest
        self.added = list(added)
        self.tokenizer = tokenizer
        self.lm = lm
        self.decoder = decoder
        self._decoders = dict(decoders or {})
        self.gate = gate if gate is not None else SpeechGate.standard()
        self.seconds = seconds or {}

    @property
    def languages(self) -> list[str]:
        return [*self.manifest.languages, *(code for one in self.added for code in one.languages)]

    def decoder_for(self, language: str) -> SpeechDecoder:
        """The decoder that speaks a language: how a language pack sounds is not heard in the others."""
        return self._decoders.get(language, self.decoder)

    @property
    def info(self) -> PackInfo:
        """What the events say of this pack."""
        manifest = self.manifest
        return PackInfo(
            name=manifest.name,
            version=manifest.version,
            title=manifest.title,
            languages=self.languages,
            listen_rate=manifest.listen_rate,
            speak_rate=manifest.speak_rate,
            digest=manifest.digest,
            added=[one.identity for one in self.added],
        )

    def warm_up(self) -> None:
        """Use every component once for a moment: the first use is slow, and should not be the user's first question."""
        from cslm_core.dialogue import open_dialogue

        self.gate.warm_up()
        self.tokenizer.encode(np.zeros(LISTEN_RATE, np.float32))
        next(open_dialogue(self.lm, self.languages).transcribe(range(8)), None)
        for decoder in (self.decoder, *self._decoders.values()):
            stream = decoder.stream(0)
            stream.push(range(8))
            stream.finish()

    def chat(self) -> Chat:
        """A new conversation."""
        from cslm_core.chat import Chat

        return Chat(self)

    def transcribe(self, pcm16k: Pcm) -> Transcript:
        """What is said in the samples (n,) of 16 kHz. Raises CslmError when nothing is."""
        from cslm_core.chat import transcribe

        return transcribe(self, pcm16k)

    def speak(self, text: str, language: str = AUTO, *, seed: int = 0) -> Iterator[Pcm]:
        """Read a text aloud: samples of 24 kHz, piece by piece. Raises CslmError for a text that cannot be read."""
        from cslm_core.chat import speak

        return speak(self, text, language, seed=seed)

    def translate(self, text: str, to: str, language: str = AUTO) -> str:
        """The text in the language `to`. Raises CslmError for a language that the pack does not have."""
        from cslm_core.chat import translate

        return translate(self, text, to, language)


def open_pack(
    path: str | Path,
    *,
    device: str = AUTO,
    threads: int | None = None,
    verify: bool = False,
    progress: Progress | None = None,
    languages: Sequence[Path] = (),
) -> Pack:
    """Verify the pack folder `path` and load it, with the language packs in the folders `languages` merged into it.

    `device` is "auto", "cpu", "cuda" or "mps"; `threads` bounds the CPU threads of each component; `verify` hashes
    every file again even if nothing has changed since the last time. Raises PackError before anything of a pack that is
    damaged, tampered with or not for this program is loaded.
    """
    seconds: dict[str, float] = {}
    begin = time.perf_counter()

    def tell(fraction: float, what: str) -> None:
        if progress is not None:
            progress(round(fraction, 4), what)

    tell(0.0, "checking")
    manifest = verify_once(
        path, force=verify, progress=lambda _, done, total: tell(_CHECKING * done / max(1, total), "checking")
    )
    if manifest.is_language_pack and not set(_ROLES) <= manifest.components.keys():
        raise PackError(
            f"The pack {manifest.identity} only adds a language; open its base pack and switch it on there."
        )
    added = list(zip(map(Path, languages), verify_languages(manifest, languages, force=verify), strict=True))
    seconds["verify"] = time.perf_counter() - begin

    def load(role: str) -> Any:
        component = manifest.component(role)
        return load_component(
            role,
            component.kind,
            Path(path) / component.folder,
            device=device,
            threads=threads,
            adapters=[folder / one.component("adapter").folder for folder, one in added] if role == "lm" else (),
        )

    parts = {}
    decoders: dict[str, SpeechDecoder] = {}
    with ThreadPoolExecutor(1) as beside:  # the LM needs nothing of the other two
        lm = beside.submit(_timed, load, "lm")
        for number, role in enumerate(_ROLES):
            tell(_CHECKING + (1 - _CHECKING) * number / (len(_ROLES) + 1), role)
            parts[role], seconds[role] = lm.result() if role == "lm" else _timed(load, role)
            start = time.perf_counter()
            for folder, one in added:
                if role in one.components:
                    changed = load(role) if role == "decoder" else parts[role]
                    _add_delta(changed, role, folder, one)
                    if role == "decoder":
                        decoders |= dict.fromkeys(one.languages, changed)
            seconds[role] += time.perf_counter() - start
    pack = Pack(
        manifest,
        parts["tokenizer"],
        parts["lm"],
        parts["decoder"],
        seconds=seconds,
        added=[one for _, one in added],
        decoders=decoders,
    )
    tell(_CHECKING + (1 - _CHECKING) * len(_ROLES) / (len(_ROLES) + 1), "warming up")
    start = time.perf_counter()
    pack.warm_up()
    seconds["warm-up"] = time.perf_counter() - start
    seconds["total"] = time.perf_counter() - begin
    tell(1.0, "ready")
    return pack


def _timed(load: Callable[[str], Any], role: str) -> tuple[Any, float]:
    """The part of that role, and the seconds that it took."""
    start = time.perf_counter()
    return load(role), time.perf_counter() - start


def _add_delta(part: Any, role: str, folder: Path, manifest: PackManifest) -> None:
    """What a language pack changes in the tokenizer or the decoder. Raises PackError for a kind that is not known."""
    from cslm_core.packs.delta import DELTA_KINDS, add_delta

    component = manifest.components[role]
    if component.kind != DELTA_KINDS.get(role):
        raise PackError(f"The language pack {manifest.identity} changes the {role} in an unknown way; update.")
    module = getattr(part, "quantiser", part) if role == "tokenizer" else part
    if not hasattr(module, "state_dict"):
        raise PackError(f"The {role} of the base pack cannot be changed by {manifest.identity}; switch it off.")
    add_delta(module, folder / component.folder)
