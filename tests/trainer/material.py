"""A small world to train in: a base vocabulary, dialogues, corpora with units, and the layout of `tests/tiny.py`."""

import json
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer
from tokenizers.decoders import ByteLevel as ByteLevelDecoder
from tokenizers.models import BPE
from tokenizers.pre_tokenizers import ByteLevel
from tokenizers.trainers import BpeTrainer

from cslm_core.lm.layout import TokenLayout
from tests.tiny import tiny_tokenizer
from trainer.lm.examples import Builder, Spoken

TYPES = ("facts.paris", "facts.rome", "talk.hello")


def base_vocabulary(size: int = 420) -> dict[str, Any]:
    """A byte-level BPE like SmolLM2's, as parsed `tokenizer.json`: the special tokens first."""
    tokenizer = Tokenizer(BPE())
    tokenizer.pre_tokenizer = ByteLevel(add_prefix_space=False)
    tokenizer.decoder = ByteLevelDecoder()
    trainer = BpeTrainer(
        vocab_size=size,
        special_tokens=["<|endoftext|>", "<|im_start|>", "<|im_end|>"],
        initial_alphabet=ByteLevel.alphabet(),
        show_progress=False,
    )
    text = Path(__file__).read_text("utf-8")
    tokenizer.train_from_iterator([text, text.upper(), " the capital of France is Paris" * 5], trainer)
    return json.loads(tokenizer.to_str())


def tiny_layout() -> TokenLayout:
    return TokenLayout(*tiny_tokenizer())


def tiny_builder() -> Builder:
    return Builder(tiny_layout())


def lines(path: Path, rows: list[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")


def make_dialogues(folder: Path) -> Path:
    """Three trained question types and one unseen, two conversations, clarifying answers, sentences, templates."""
    rows = [
        {
            "id": name,
            "split": "train",
            "q": {"en": [f"The {name} is?", f"Is the {name}?"], "zh": ["法国的首都？", "你好吗？"]},
            "test": {"en": [f"Tested {name}?"], "zh": [f"{name}很好？"]},
            "a": {"en": [f"The {name} is Paris."], "zh": ["是巴黎。"]},
            "keys": {"en": [["paris"]], "zh": [["巴黎"]]},
        }
        for name in TYPES
    ]
    unseen = {**rows[0], "id": "facts.unseen", "split": "unseen", "q": {"en": ["Never heard?"], "zh": ["天气？"]}}
    lines(folder / "everyday" / "all.jsonl", [*rows, unseen])
    turn = {"q": {"en": "And Rome?", "zh": "你呢？"}, "a": {"en": "Yes, hello.", "zh": "很好。"}}
    first = {"q": {"en": "Hello the capital?", "zh": "你好？"}, "a": {"en": "The capital is Paris.", "zh": "是巴黎。"}}
    lines(
        folder / "multiturn.jsonl",
        [
            {"id": "multiturn.one", "split": "train", "turns": [first, turn]},
            {"id": "multiturn.held", "split": "test", "turns": [turn, first]},
        ],
    )
    lines(folder / "clarify.jsonl", [{"en": "Say it again.", "zh": "请再说。"}])
    lines(folder / "sentences.jsonl", [{"en": "I am in Paris.", "zh": "我在巴黎。"}])
    lines(folder / "vocabulary.jsonl", [{"en": "Is Paris hello?", "zh": "巴黎很好。"}])
    lines(folder / "templates.jsonl", [])
    return folder


def speak(folder: Path, texts: list[tuple[str, str, str]], *, noisy: bool = False) -> Path:
    """A corpus of (id, text, language), two units to a word; `noisy` adds a second copy of each."""
    manifest, units = [], []
    for name, text, language in texts:
        manifest.append({"id": name, "audio": "", "text": text, "language": language, "speaker": "x"})
        words = [c for c in text if c not in "，。？！"] if language == "zh" else text.strip(".?!").split()
        spans = [[w.strip(",.?!"), 2 * i, 2 * i + 2] for i, w in enumerate(words)]
        codes = [(7 * i + len(name)) % 60 for i in range(2 * len(words))]
        row = {"units": codes, "durations": [1] * len(codes), "words": spans}
        units += [{"id": version, **row} for version in ((name, f"{name}#aug") if noisy else (name,))]
    lines(folder / "manifest.jsonl", manifest)
    lines(folder / "units.jsonl", units)
    return folder


def make_corpora(folder: Path) -> list[Path]:
    """Questions and answers of the trained types, in both languages, and the wordings that must not be heard."""
    questions = [(f"{t}.q{i}.en", q, "en") for t in TYPES for i, q in enumerate((f"The {t} is?", f"Is the {t}?"))]
    questions += [(f"{t}.q{i}.zh", q, "zh") for t in TYPES for i, q in enumerate(("法国的首都？", "你好吗？"))]
    questions += [("held-1", "Tested facts.paris?", "en"), ("held-2", "Never heard?", "en")]
    answers = [(f"{t}.a0.en", f"The {t} is Paris.", "en") for t in TYPES] + [
        (f"{t}.a0.zh", "是巴黎。", "zh") for t in TYPES
    ]
    return [speak(folder / "questions", questions, noisy=True), speak(folder / "answers", answers)]


def an_utterance(language: str = "en") -> Spoken:
    text = "The capital of France is Paris, hello." if language == "en" else "法国的首都是巴黎，你好。"
    words = (
        ["The", "capital", "of", "France", "is", "Paris", "hello"] if language == "en" else list("法国的首都是巴黎你好")
    )
    spans = [(w, 3 * i, 3 * i + 3) for i, w in enumerate(words)]
    return Spoken("x", language, text, [(5 * i) % 64 for i in range(3 * len(words))], spans)
