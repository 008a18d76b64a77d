"""What is to be read aloud in the new language: by a person with the prompt reader, or by a teacher voice.

Questions, answers and translations of the job in turns, first those with the most words that were not said yet, so that
a short session has something of everything; what is kept for the test comes last. Knows nothing of microphones or
voices.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from cslm_core.errors import TrainingError
from trainer.language.dialogue_sheet import load_dialogues
from trainer.language.importers.recordings import Prompt
from trainer.language.job import Job
from trainer.language.languages import text_key
from trainer.language.records import read_rows, write_rows
from trainer.lm.examples import words_in

__all__ = ["prompts_of", "write_prompts"]

_EFFORT = 12
"""Letters that a prompt costs beside its own: the breath between two."""


def prompts_of(job: Job, count: int | None = None) -> list[Prompt]:
    """At most `count` prompts that nobody has spoken yet, each text once. TrainingError when there are no texts at all.

    Ids end in the language's code, as in `trainer.synth.plans`: "greetings.hello.q0.es".
    """
    there = [row["text"] for row in read_rows(job.manifest)]
    spoken = {text_key(text) for text in there}
    dialogues = load_dialogues(job)
    kept = dialogues.kept()
    said = list(dialogues.prompts())
    free = [entry for entry in said if text_key(entry[1]) not in kept]
    asked = [entry for entry in free if _asks(entry[0])]
    told = [entry for entry in free if not _asks(entry[0])]
    pairs = [(f"pair-{row['id']}", row["text"]) for row in read_rows(job.translations)]
    texts = list(_in_turns([asked, told, pairs], job.language.code, there))
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


def _asks(name: str) -> bool:
    return name.rpartition(".")[2].startswith("q")


def _in_turns(kinds: Iterable[list[tuple[str, str]]], language: str, there: Iterable[str]) -> Iterator[tuple[str, str]]:
    """One of each kind, then of those that are left; of a kind the one that says most for its length.

    A word counts the less the more often it was said before (in `there`, or in what comes earlier). Worths only fall,
    so that one that is still the highest after it was counted anew is the highest of all.
    """
    said = Counter(word.casefold() for text in there for word in words_in(text, language))

    def worth(text: str) -> float:
        words = {word.casefold() for word in words_in(text, language)}
        return sum(1 / (1 + said[word]) ** 2 for word in words) / (_EFFORT + len(text))

    heaps = [[(-worth(text), number, name, text) for number, (name, text) in enumerate(kind)] for kind in kinds]
    for heap in heaps:
        heapq.heapify(heap)
    while heaps := [heap for heap in heaps if heap]:
        for heap in heaps:
            while True:
                before, number, name, text = heapq.heappop(heap)
                now = -worth(text)
                if now == before or not heap or (now, number) <= heap[0][:2]:
                    break
                heapq.heappush(heap, (now, number, name, text))
            said.update(word.casefold() for word in words_in(text, language))
            yield name, text


def write_prompts(job: Job, path: Path, count: int | None = None) -> int:
    """Write them as JSON lines (`id, text, language`) for `trainer.synth.run --plan texts`; how many there are."""
    prompts = prompts_of(job, count)
    write_rows(path, ({"id": p.id, "text": p.text, "language": job.language.code} for p in prompts))
    return len(prompts)
