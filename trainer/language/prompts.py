"""What is to be read aloud in the new language: by a person with the prompt reader, or by a teacher voice.

Dialogues and translations of the job in turns, so that a short session has something of everything; what is kept for
the test comes last. Knows nothing of microphones or voices.
"""

from __future__ import annotations

from itertools import zip_longest
from pathlib import Path

from cslm_core.errors import TrainingError
from trainer.language.dialogue_sheet import load_dialogues
from trainer.language.importers.recordings import Prompt
from trainer.language.job import Job
from trainer.language.languages import text_key
from trainer.language.records import read_rows, write_rows

__all__ = ["prompts_of", "write_prompts"]


def prompts_of(job: Job, count: int | None = None) -> list[Prompt]:
    """At most `count` prompts that nobody has spoken yet, each text once. TrainingError when there are no texts at all.

    Ids end in the language's code, as in `trainer.synth.plans`: "greetings.hello.q0.es".
    """
    spoken = {text_key(row["text"]) for row in read_rows(job.manifest)}
    dialogues = load_dialogues(job)
    kept = dialogues.kept()
    said = list(dialogues.prompts())
    pairs = [(f"pair-{row['id']}", row["text"]) for row in read_rows(job.translations)]
    texts = _in_turns([entry for entry in said if text_key(entry[1]) not in kept], pairs)
    texts += [entry for entry in said if text_key(entry[1]) in kept]
    if not texts:
        raise TrainingError("There is nothing to read aloud; add translations or dialogues first.")
    found: list[Prompt] = []
    for name, text in texts:
        key = text_key(text)
        if key and key not in spoken:
            spoken.add(key)
            found.append(Prompt(f"{name}.{job.language.code}", text))
    return found[:count]


def _in_turns(first: list[tuple[str, str]], second: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """One of each, then the rest of the longer."""
    return [entry for both in zip_longest(first, second) for entry in both if entry is not None]


def write_prompts(job: Job, path: Path, count: int | None = None) -> int:
    """Write them as JSON lines (`id, text, language`) for `trainer.synth.run --plan texts`; how many there are."""
    prompts = prompts_of(job, count)
    write_rows(path, ({"id": p.id, "text": p.text, "language": job.language.code} for p in prompts))
    return len(prompts)
