"""The usual cascade, to compare with: Whisper base (int8) hears, the original SmolLM2 answers, Piper speaks.

Each part is given its best: SmolLM2 runs in the same int8 runtime as our LM, and each clause is spoken, in a thread,
while the next is generated. English only, since that voice and that LM are. Knows nothing of packs.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from cslm_core.errors import TrainingError
from cslm_core.lm.config import LlamaShape
from cslm_core.lm.layout import TokenLayout
from cslm_core.lm.load import quantise_folder
from cslm_core.lm.quantise import load_weights, weights_file
from trainer.evaluation.subject import Reply, peak_memory

__all__ = ["Cascade", "TextLm", "clauses", "prepare_text_lm"]

Pcm = NDArray[np.float32]

MOST_TOKENS: Final = 80
_PROMPT: Final = (
    "<|im_start|>system\nYou are a helpful AI assistant. Answer in one or two short spoken sentences.<|im_end|>\n"
    "<|im_start|>user\n{}<|im_end|>\n<|im_start|>assistant\n"
)
_LEAST_WORDS: Final = 3


def prepare_text_lm(source: Path, target: Path) -> None:
    """The weights of a Hugging Face folder in int8, so that converting does not count as memory of the cascade."""
    if weights_file(target).is_file():
        return
    for name in ("config.json", "tokenizer.json"):
        if not (source / name).is_file():
            raise TrainingError(f"{source} has no {name}; name a Hugging Face folder of SmolLM2-135M-Instruct.")
    target.mkdir(parents=True, exist_ok=True)
    for name in ("config.json", "tokenizer.json"):
        (target / name).write_bytes((source / name).read_bytes())
    quantise_folder(source, target)


class _Context(NamedTuple):
    """All that the runtime asks of a layout."""

    context: int


class TextLm:
    """SmolLM2 as it is, in our int8 runtime: greedy answers, piece by piece."""

    def __init__(self, folder: Path, context: int = 1024) -> None:
        from tokenizers import Tokenizer

        from cslm_core.lm.ort_runtime import OrtLanguageModel

        weights = load_weights(weights_file(folder))
        layout = cast(TokenLayout, _Context(context))
        self._lm = OrtLanguageModel(LlamaShape.load(folder), weights, layout)
        self._tokenizer: Any = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._end: Any = self._tokenizer.token_to_id("<|im_end|>")

    def answer(self, question: str) -> Iterator[str]:
        """The answer so far, after every token."""
        session = self._lm.session()
        logits = session.feed(self._tokenizer.encode(_PROMPT.format(question), add_special_tokens=False).ids)
        said: list[int] = []
        for _ in range(MOST_TOKENS):
            token = int(logits.argmax())
            if token == self._end:
                return
            said.append(token)
            yield self._tokenizer.decode(said)
            logits = session.feed([token])


def clauses(texts: Iterator[str]) -> Iterator[tuple[str, str]]:
    """Of a growing text, (the text so far, the clause that has just become complete or ""); the rest comes last."""
    spoken, text = 0, ""
    for text in texts:
        # A mark ends a clause only when something follows it: "3." may go on as "3.5".
        ends = [match.end(1) for match in re.finditer(r"([.!?,;:])\s", text[spoken:])]
        clause = ""
        if ends and len(text[spoken : spoken + ends[-1]].split()) >= _LEAST_WORDS:
            clause = text[spoken : spoken + ends[-1]].strip()
            spoken += ends[-1]
        yield text, clause
    if text[spoken:].strip():
        yield text, text[spoken:].strip()


class Cascade:
    """A `Subject` that only answers."""

    def __init__(
        self,
        hear: Callable[[Pcm], str],
        answer: Callable[[str], Iterator[str]],
        speak: Callable[[str], tuple[Pcm, int]],
    ) -> None:
        self._hear = hear
        self._answer = answer
        self._speak = speak

    @classmethod
    def load(cls, whisper: str, text_lm: Path, piper: Path) -> Cascade:
        """From the folders of Whisper and of the prepared LM, and Piper's .onnx file."""
        from faster_whisper import WhisperModel

        from trainer.synth.piper import Piper

        listener: Any = WhisperModel(whisper, device="cpu", compute_type="int8", cpu_threads=os.cpu_count() or 1)
        voice = Piper(piper)

        def hear(pcm16k: Pcm) -> str:
            segments, _ = listener.transcribe(
                pcm16k, language="en", beam_size=1, condition_on_previous_text=False, without_timestamps=True
            )
            return "".join(segment.text for segment in segments).strip()

        return cls(hear, TextLm(text_lm).answer, lambda text: (voice.speak(text), voice.sample_rate))

    def ask(self, pcm16k: Pcm, reply_language: str, *, paced: bool) -> Reply:
        """See `Subject`. It can only begin when the question is over, so `paced` makes no difference."""
        reply = Reply(heard_language="en")
        begin = time.perf_counter()
        reply.heard = self._hear(pcm16k)
        waiting: list[Future[tuple[Pcm, int]]] = []
        sound: list[Pcm] = []

        def take(future: Future[tuple[Pcm, int]]) -> None:
            pcm, reply.rate = future.result()
            sound.append(pcm)

        def note(future: Future[tuple[Pcm, int]]) -> None:
            reply.done = time.perf_counter() - begin
            reply.first_sound = reply.done if reply.first_sound is None else reply.first_sound

        with ThreadPoolExecutor(1) as speaker:
            for text, clause in clauses(self._answer(reply.heard)):
                reply.text = text
                reply.first_text = time.perf_counter() - begin if reply.first_text is None else reply.first_text
                if clause:
                    waiting.append(speaker.submit(self._speak, clause))
                    waiting[-1].add_done_callback(note)
            for future in waiting:
                take(future)
        if sound:
            reply.pcm = np.concatenate(sound)
        else:
            reply.failed = "The cascade gave no reply."
        return reply

    def memory(self) -> int | None:
        """See `Subject`."""
        return peak_memory(os.getpid())
