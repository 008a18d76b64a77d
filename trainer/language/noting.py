"""A step that ends badly says why in the job, whatever it was that ended it.

The disk may refuse, and memory may run out, in the middle of anything. Both are the user's to mend and so a sentence;
all else that is no `CslmError` is a bug and keeps its traceback. Knows nothing of what a step does.
"""

from __future__ import annotations

import contextlib
import errno
from collections.abc import Iterator
from typing import Final

from cslm_core.errors import CslmError, TrainingError
from trainer.command import system_sentence
from trainer.language.job import Job

__all__ = ["MENDABLE", "note_failure", "noted", "out_of_memory", "refused", "told"]

MENDABLE: Final = (CslmError, OSError, MemoryError, RuntimeError)
"""What may be for a user to mend: `told` says whether it is."""
_FULL: Final = (errno.ENOSPC, errno.EDQUOT)


@contextlib.contextmanager
def noted(job: Job, step: str, sentence: str) -> Iterator[None]:
    """Begin a step, and note what ends it badly. CslmError, also for a disk that refuses and memory that runs out."""
    try:
        job.begin(step, sentence)
        yield
    except MENDABLE as error:
        said = told(error)
        if said is None:
            raise
        note_failure(job, step, said)
        if said is error:
            raise
        raise said from error


def told(error: BaseException) -> CslmError | None:
    """What a user is told of an error: the error itself, or another in its place; None for a bug."""
    if isinstance(error, CslmError):
        return error
    if isinstance(error, OSError):
        return TrainingError(refused(error))
    if out_of_memory(error):
        return TrainingError("There is not enough memory for this; close other programs and try again.")
    return None


def note_failure(job: Job, step: str, error: CslmError) -> None:
    """Note in the job why a step has failed, if the disk allows even that."""
    with contextlib.suppress(CslmError, OSError):
        job.fail(step, str(error))


def refused(error: OSError) -> str:
    """What the system has refused, and what to do, in a sentence."""
    if error.errno in _FULL:
        if error.filename:
            return f"The disk is full ({error.filename}); free some space and try again."
        return "The disk is full; free some space and try again."
    return f"{system_sentence(error).rstrip('.')}; put that right and try again."


def out_of_memory(error: BaseException) -> bool:
    """Whether memory has run out: torch tells it by a RuntimeError, and each kind of device in other words."""
    said = str(error).lower()
    return isinstance(error, MemoryError) or any(
        words in said for words in ("can't allocate memory", "out of memory", "not enough memory")
    )
