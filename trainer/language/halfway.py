"""A gate that was cut off goes on: what it had found before it taught anything, and what it has taught since.

`training/gate.json` is there from the first judgement until a gate that teaches has ended. Of another corpus
or base it counts for nothing. Knows nothing of how anything is judged or taught.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec

from cslm_core.files import atomic_write_bytes
from trainer.language.gate_report import GateReport
from trainer.language.job import Job
from trainer.language.units import corpus_key

__all__ = ["Halfway"]


class Halfway(msgspec.Struct):
    """`found` is what the first judgement found of the corpus `corpus`; `taught` has a sentence for each part that has
    been taught since."""

    corpus: str
    found: GateReport
    taught: dict[str, str]

    @staticmethod
    def resume(job: Job) -> Halfway | None:
        """That of a gate that was cut off, if the corpus is still the same; one that cannot be read counts for nothing
        either, since all of it can be made again."""
        try:
            halfway = msgspec.json.decode(_path(job).read_bytes(), type=Halfway)
        except (OSError, msgspec.DecodeError):
            return None
        return halfway if halfway.corpus == corpus_key(job) else None

    @staticmethod
    def begin(job: Job, found: GateReport) -> Halfway:
        """Note what was found before anything is taught."""
        halfway = Halfway(corpus_key(job), found, {})
        halfway._save(job)
        return halfway

    def teach(self, job: Job, part: str, lesson: Callable[[], str]) -> None:
        """Carry out the `lesson` of a part and note its sentence, if that is not done yet."""
        if part not in self.taught:
            self.taught[part] = lesson()
            self._save(job)

    @staticmethod
    def end(job: Job) -> None:
        """The gate has ended: the next one begins anew."""
        _path(job).unlink(missing_ok=True)

    def _save(self, job: Job) -> None:
        atomic_write_bytes(_path(job), msgspec.json.format(msgspec.json.encode(self), indent=1) + b"\n")


def _path(job: Job) -> Path:
    return job.training / "gate.json"
