"""Units of speech: as they are heard, and as the text is to be said."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch

from cslm_core.tokenizer.quantiser import Quantiser, QuantiserConfig
from trainer.tokenizer.align import SILENCE
from trainer.tokenizer.label import Labeller, parser, run
from trainer.tokenizer.phonemes import Word
from trainer.tokenizer.train import PointwiseHead

PHONEMES = ("sil", "j", "ɛ", "s", "n", "oʊ")
WORDS = [Word("yes", ("j", "ɛ", "s")), Word("no", ("n", "oʊ"))]


@pytest.fixture
def labeller() -> Labeller:
    """Random weights: what it hears has nothing to do with the words."""
    torch.manual_seed(3)
    made = Labeller.__new__(Labeller)
    quantiser = Quantiser(QuantiserConfig(features=8, width=16, blocks=1, bottleneck=4, codes=64, switch_cost=0.1))
    quantiser.codebook.copy_(torch.randn(64, 4))
    made.tokenizer = SimpleNamespace(quantiser=quantiser.eval())  # type: ignore[assignment]
    made.head = PointwiseHead(4, len(PHONEMES)).eval()
    with torch.no_grad():
        made.head.layers[-1].weight.mul_(20)  # type: ignore[operator, union-attr]
    made.number = {p: n for n, p in enumerate(PHONEMES)}
    with torch.inference_mode():
        made.phoneme_of = made.head(quantiser.codebook).argmax(-1).numpy()
    return made


def test_what_is_to_be_said_has_the_phonemes_of_the_text(labeller: Labeller) -> None:
    assert set(labeller.phoneme_of) >= set(range(1, len(PHONEMES)))
    row = labeller.label(torch.randn(60, 8), WORDS, aloud=True)
    aloud = row["aloud"]
    for units in (row, aloud):
        assert sum(units["durations"]) == 30
        assert [w[0] for w in units["words"]] == ["yes", "no"]
        assert units["words"][-1][2] == len(units["units"])

    def phonemes(units: list[int]) -> list[str]:
        found = [int(labeller.phoneme_of[u]) for u in units]
        merged = [p for n, p in enumerate(found) if not n or p != found[n - 1]]
        return [PHONEMES[p] for p in merged if p != SILENCE]

    assert phonemes(aloud["units"]) == ["j", "ɛ", "s", "n", "oʊ"]
    assert phonemes(row["units"]) != phonemes(aloud["units"])


def test_only_what_is_asked_for_and_can_be_aligned_is_there(labeller: Labeller) -> None:
    assert "aloud" not in labeller.label(torch.randn(60, 8), WORDS)
    short = labeller.label(torch.randn(6, 8), WORDS, aloud=True)
    unknown = labeller.label(torch.randn(60, 8), [Word("th", ("θ",))], aloud=True)
    for row in (short, unknown):
        assert row["words"] is None
        assert "aloud" not in row
        assert row["units"]


def test_labelling_goes_on_after_a_line_that_was_cut_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    manifest = [{"id": n, "audio": "", "text": "yes", "language": "zh", "speaker": "x"} for n in ("a", "b", "c")]
    (corpus / "manifest.jsonl").write_text("".join(json.dumps(r) + "\n" for r in manifest), "utf-8")
    (corpus / "units.jsonl").write_text('{"id": "a", "units": [1]}\n{"id": "b", "un', "utf-8")

    class Fake:
        def __init__(self, *_: object) -> None: ...

        def __call__(self, *_: object) -> None: ...

        def label(self, *_: object, aloud: bool) -> dict[str, object]:
            return {"units": [2]}

    monkeypatch.setattr("trainer.tokenizer.label.Labeller", Fake)
    monkeypatch.setattr("trainer.tokenizer.label.Features", Fake)
    monkeypatch.setattr("trainer.tokenizer.label.words_of", lambda *_: [])
    run(parser().parse_args(["--tokenizer", "none", "--corpus", str(corpus)]))
    rows = [json.loads(line) for line in (corpus / "units.jsonl").read_text("utf-8").splitlines()]
    assert rows == [{"id": "a", "units": [1]}, {"id": "b", "units": [2]}, {"id": "c", "units": [2]}]
