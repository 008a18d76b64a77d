"""The corpus of a job as the LM sees it: units, durations and words of every utterance, by the base pack's tokenizer.

Written to `training/units.jsonl` as CONTRIBUTING has it, with an alignment `score` besides. Made again when tokenizer
or corpus changed. Knows nothing of the LM.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray

from cslm_core.audio import LISTEN_RATE, read_audio, resample
from cslm_core.errors import CslmError, TrainingError
from cslm_core.files import atomic_write_json
from cslm_core.lm.layout import TokenLayout, heard_table, read_layout
from cslm_core.packs.delta import TENSORS_FILE, add_delta
from cslm_core.packs.manifest import PackManifest
from cslm_core.packs.registry import load_component
from cslm_core.tokenizer.encode import features
from cslm_core.tokenizer.tokenizer import WhisperVqTokenizer
from cslm_core.units import UnitRuns
from trainer.language.align import Aligner, Found, Utterance, train_aligner
from trainer.language.configuration import job_threads
from trainer.language.corpus import CorpusRows
from trainer.language.hears import BASE, told_apart
from trainer.language.job import Job
from trainer.language.readers import readers_of
from trainer.language.records import Row, read_rows, write_rows
from trainer.language.saying import CodeLetters, to_say
from trainer.lm.examples import Spoken, read_spoken

__all__ = [
    "Features",
    "Progress",
    "adapted_tokenizer",
    "base_tokenizer",
    "corpus_key",
    "keep_units",
    "listen",
    "load_hears",
    "load_spoken",
    "load_tokenizer_of",
    "prepare_units",
    "span_runs",
    "units_by",
    "units_path",
    "units_ready",
]

Progress = Callable[[float, str], None]
"""Called with a share from 0 to 1 and what is being done."""
Features = dict[str, NDArray[np.float16]]
"""By utterance: (frames, width) at 50/s."""
_STEPS_PER_HOUR: Final = 400
_SPLITS: Final = ("train", "dev", "test")


def units_path(job: Job) -> Path:
    """Where the units are."""
    return job.training / "units.jsonl"


def adapted_tokenizer(job: Job) -> Path:
    """Where the tokenizer's delta is, if there is one."""
    return job.training / "adapted" / "tokenizer"


def load_tokenizer_of(job: Job) -> WhisperVqTokenizer:
    """The base pack's tokenizer, as the gate has adapted it if it has. TrainingError for another kind."""
    return _adapted(job, base_tokenizer(job))


def base_tokenizer(job: Job) -> WhisperVqTokenizer:
    """The tokenizer as the base pack has it. TrainingError for another kind."""
    return _tokenizer_of(job.check_base(), Path(job.base.folder))


def units_by(job: Job, manifest: PackManifest, folder: Path) -> Callable[[Row], list[int]]:
    """The units of utterances of the corpus by another version of the base pack, adapted as the job's own was.

    TrainingError for another kind, PackError where what was adapted does not fit it.
    """
    tokenizer = _adapted(job, _tokenizer_of(manifest, folder))

    def units(row: Row) -> list[int]:
        with torch.inference_mode():
            heard = features(tokenizer.encoder, read_audio(job.corpus / row["audio"]))
            # As the features are kept while units are made.
            vectors = tokenizer.quantiser(heard.half().float()[None])[0]
            return UnitRuns.of_codes(tokenizer.quantiser.codes(vectors)).units.tolist()

    return units


def _adapted(job: Job, tokenizer: WhisperVqTokenizer) -> WhisperVqTokenizer:
    if adapted_tokenizer(job).is_dir():
        add_delta(tokenizer.quantiser, adapted_tokenizer(job))
    return tokenizer


def _tokenizer_of(manifest: PackManifest, folder: Path) -> WhisperVqTokenizer:
    part = manifest.component("tokenizer")
    if part.kind != "whisper-vq":
        raise TrainingError(
            f"Languages are taught to packs with a tokenizer of the kind 'whisper-vq', not '{part.kind}'."
        )
    tokenizer: WhisperVqTokenizer = load_component("tokenizer", part.kind, folder / part.folder)
    return tokenizer


def listen(
    job: Job, progress: Progress | None = None, *, split: str | None = None, speeds: Sequence[float] = (1.0,)
) -> Features:
    """What the base pack's speech encoder hears in each utterance (of a `split`); one whose sound is gone or too short
    is left out.

    Each is played at one of `speeds`, always at the same: another speed makes another speaker of a voice.
    TrainingError without speech.
    """
    tell = progress or (lambda share, what: None)
    torch.set_num_threads(job_threads(job))
    corpus = [row for row in _corpus(job) if split in (None, row["split"])]
    return dict(_listen(job, corpus, load_tokenizer_of(job), tell, speeds))


def prepare_units(
    job: Job, *, steps: int | None = None, heard: Features | None = None, progress: Progress | None = None
) -> list[Row]:
    """Rows of `units.jsonl`, made if they are not there for this corpus and tokenizer. TrainingError without speech.

    `steps` is how long the aligner is trained; by default as long as the corpus deserves. Another tokenizer needs no
    other aligner. `heard` is what `listen` gave, if it is at hand.
    """
    corpus = _corpus(job)
    made_of = _corpus_key(job, corpus)
    key = _key(job, made_of)
    note = _note(job)
    if _there(job, key):
        return read_rows(units_path(job))
    tell = progress or (lambda share, what: None)
    torch.set_num_threads(job_threads(job))
    tokenizer = load_tokenizer_of(job)
    if heard is None:
        heard = dict(_listen(job, corpus, tokenizer, tell))
    if note.get("corpus") == made_of and (job.training / "aligner").is_dir():
        aligner = Aligner.load(job.training / "aligner")
    else:
        aligner = _aligner(job, corpus, heard, steps, tell)
    counts = np.zeros((tokenizer.quantiser.config.codes, len(aligner.alphabet) + 1), np.int64)
    labelled = [
        _label(row, heard[row["id"]], tokenizer, aligner, counts if row["split"] == "train" else None)
        for row in corpus
        if row["id"] in heard
    ]
    known = CodeLetters(counts)
    rows = [row if found is None else row | _said(heard[row["id"]], tokenizer, found, known) for row, found in labelled]
    write_rows(units_path(job), rows)
    _, layout = read_layout(Path(job.base.folder) / job.check_base().component("lm").folder)
    atomic_write_json(_hears_path(job), told_apart(heard_table(layout), counts), indent=None)
    atomic_write_json(_note_path(job), {"key": key, "corpus": made_of})
    tell(1.0, "units")
    return rows


def units_ready(job: Job) -> bool:
    """Whether `prepare_units` has nothing to do. TrainingError without speech."""
    return _there(job, _key(job, corpus_key(job)))


def corpus_key(job: Job) -> str:
    """Changes with the base pack, and any text, sound or split of the corpus. TrainingError without speech."""
    return _corpus_key(job, _corpus(job))


def keep_units(job: Job) -> None:
    """The units there are become those of the corpus as it is: it has lost utterances since, and no others changed."""
    if units_path(job).is_file():
        made_of = corpus_key(job)
        atomic_write_json(_note_path(job), {"key": _key(job, made_of), "corpus": made_of})


def _there(job: Job, key: str) -> bool:
    return _note(job).get("key") == key and units_path(job).is_file() and _hears_path(job).is_file()


def load_hears(job: Job, layout: TokenLayout) -> tuple[int, ...]:
    """What units are heard as, for an adapter on `layout`: () where the language tells no more apart than the base.

    TrainingError when the file that `prepare_units` made is gone or damaged.
    """
    try:
        found = tuple(map(int, json.loads(_hears_path(job).read_text("utf-8"))))
    except (OSError, ValueError, TypeError) as error:
        raise TrainingError(f"{_hears_path(job)} cannot be read; delete it and begin the step again.") from error
    if len(found) != layout.unit_count:
        raise TrainingError(f"{_hears_path(job)} is of another base pack; delete it and begin the step again.")
    return found if max(found) > BASE else ()


def _hears_path(job: Job) -> Path:
    return job.training / "hears.json"


def _corpus(job: Job) -> list[Row]:
    corpus = [row for row in CorpusRows.load(job).usable if row.get("split") in _SPLITS]
    if not any(row["split"] == "train" for row in corpus):
        raise TrainingError("There is no speech to train on; take some in first with `cslm-trainer language speech`.")
    return corpus


def _note_path(job: Job) -> Path:
    return job.training / "units.json"


def _note(job: Job) -> dict[str, Any]:
    """What the units there are were made of."""
    try:
        found = json.loads(_note_path(job).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _aligner(job: Job, corpus: list[Row], heard: Features, steps: int | None, tell: Progress) -> Aligner:
    trained = [Utterance(heard[r["id"]], r["text"]) for r in corpus if r["split"] == "train" and r["id"] in heard]
    hours = sum(len(u.features) for u in trained) / 50 / 3600
    wanted = steps if steps is not None else min(1500, 100 + round(_STEPS_PER_HOUR * hours))
    aligner = train_aligner(
        trained, steps=wanted, progress=lambda step, loss: tell(0.5 + 0.4 * step / wanted, f"letters, loss {loss:.2f}")
    )
    aligner.save(job.training / "aligner")
    return aligner


def _listen(
    job: Job, corpus: list[Row], tokenizer: WhisperVqTokenizer, tell: Progress, speeds: Sequence[float] = (1.0,)
) -> Iterator[tuple[str, NDArray[np.float16]]]:
    """Features of each utterance; one whose sound is gone or too short is left out."""
    rng = random.Random(0)
    for number, row in enumerate(corpus):
        tell(0.5 * number / len(corpus), "listening")
        try:
            pcm = read_audio(job.corpus / row["audio"])
        except CslmError:
            continue
        pcm = resample(pcm, round(LISTEN_RATE * rng.choice(speeds)), LISTEN_RATE)
        with torch.inference_mode():
            found = features(tokenizer.encoder, pcm)
        if len(found) >= 4:
            yield row["id"], found.numpy().astype(np.float16)


def _label(
    row: Row,
    heard: NDArray[np.float16],
    tokenizer: WhisperVqTokenizer,
    aligner: Aligner,
    counts: NDArray[np.int64] | None,
) -> tuple[Row, Found | None]:
    """The row of an utterance and its alignment; how often its codes stand for which letters is added to `counts`
    (codes, letters)."""
    with torch.inference_mode():
        vectors = tokenizer.quantiser(torch.from_numpy(heard.astype(np.float32))[None])[0]
        runs = UnitRuns.of_codes(tokenizer.quantiser.codes(vectors))
    found = aligner.align(heard, row["text"], row["language"])
    words = None if found is None else span_runs(found.words, runs)
    if found is not None and counts is not None:
        codes = np.repeat(runs.units, runs.durations)
        letters, frames = np.array(found.letters).T
        np.add.at(counts, (codes[np.minimum(frames // 2, len(codes) - 1)], letters), 1)
    labelled = {
        "id": row["id"],
        "units": runs.units.tolist(),
        "durations": runs.durations.tolist(),
        "words": words,
        "score": None if found is None else round(found.score, 4),
    }
    return labelled, found


def _said(heard: NDArray[np.float16], tokenizer: WhisperVqTokenizer, found: Found, known: CodeLetters) -> Row:
    """`aloud`: units, durations and words to say an utterance with; {} where a word would have none."""
    quantiser = tokenizer.quantiser
    with torch.inference_mode():
        vectors = quantiser(torch.from_numpy(heard.astype(np.float32))[None])[0]
        costs = quantiser.distances(vectors).numpy()
        runs = UnitRuns.of_codes(quantiser.codes(vectors))
    last = len(costs) - 1
    said = to_say(runs, costs, [(letter, min(frame // 2, last)) for letter, frame in found.letters], known)
    words = span_runs(found.words, said)
    if words is None:
        return {}
    return {"aloud": {"units": said.units.tolist(), "durations": said.durations.tolist(), "words": words}}


def span_runs(words: list[tuple[str, int, int]], runs: UnitRuns) -> list[list[Any]] | None:
    """Words with spans of feature frames (50/s) as [text, first_run, end_run]; None when a word would have no unit."""
    begins = np.r_[0, np.cumsum(runs.durations)][:-1] * 2
    starts = [0] + [int(np.abs(begins - start).argmin()) for _, start, _ in words[1:]]
    ends = [*starts[1:], len(runs)]
    if any(end <= start for start, end in zip(starts, ends, strict=True)):
        return None
    return [[word, s, e] for (word, _, _), s, e in zip(words, starts, ends, strict=True)]


def load_spoken(job: Job, split: str, *, aloud: bool = False, readers_only: bool = True) -> list[tuple[Row, Spoken]]:
    """(row of the manifest, utterance) of a split, in the manifest's order; only those that have units. With `aloud` as
    it is to be said: the units are those to say the text with, and of whom the language is read aloud after
    (`readers.py`), where any of them speaks in the split and it is to be `readers_only`."""
    units = {row["id"]: row for row in read_rows(units_path(job))}
    rows = CorpusRows.load(job).usable
    readers = readers_of(rows, job.option("aloud", [])) if aloud and readers_only else frozenset()
    wanted = [row for row in rows if row.get("split") == split and units.get(row["id"], {}).get("units")]
    wanted = [row for row in wanted if row["speaker"] in readers] or wanted
    return [(row, read_spoken(row, units[row["id"]], aloud=aloud)) for row in wanted]


def _key(job: Job, made_of: str) -> str:
    """Changes with the corpus and the adaptation of the tokenizer."""
    digest = hashlib.sha256(made_of.encode())
    adapted = adapted_tokenizer(job) / TENSORS_FILE
    if adapted.is_file():
        digest.update(hashlib.sha256(adapted.read_bytes()).digest())
    return digest.hexdigest()


def _corpus_key(job: Job, corpus: list[Row]) -> str:
    digest = hashlib.sha256(job.base.sha256.encode())
    for row in corpus:
        values = [row["id"], row["text"], row["split"], row.get("sound", ""), row["seconds"]]
        digest.update(json.dumps(values, ensure_ascii=False).encode())
    return digest.hexdigest()
