"""The trainers on a second of made-up speech: they learn, stop, resume and export."""

from __future__ import annotations

import dataclasses
import functools
import json
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch
from safetensors import SafetensorError

from cslm_core.decoder.decoder import FlowDecoder
from cslm_core.decoder.duration import DurationConfig
from cslm_core.decoder.flow import Flow, FlowConfig
from cslm_core.decoder.mel import HOP, MARGIN, log_mel
from cslm_core.decoder.vocoder import VocoderConfig
from cslm_core.errors import CslmError, TrainingError
from cslm_core.tensors import save_int8
from trainer.checkpoint import load_state, save_state
from trainer.decoder.data import CropSampler, Speech, is_held_out, unit_clips
from trainer.decoder.evaluate import bare, original, table, vocoded
from trainer.decoder.export import assemble
from trainer.decoder.job import Average, Job
from trainer.decoder.judges import error_rate, plain
from trainer.decoder.train_flow import FlowTrainer, Parts, losses, parts_of, read_codebook
from trainer.decoder.train_flow import parser as flow_parser
from trainer.decoder.train_flow import run as train_flow
from trainer.decoder.train_vocoder import VocoderTrainer, vocoder_of
from trainer.decoder.units import WARM_UP, Corruption, FlowSampler, nearest_codes
from trainer.jsonl import read_rows

CODES = 16
DURATION = DurationConfig(codes=CODES, width=8, hidden=8, rights=(1,))
FLOW = FlowConfig(
    codes=CODES, width=8, hidden=8, unit_rights=(1,), mel_rights=(1,), field_width=8, field_hidden=8, field_depth=1,
    pitched=True,
)  # fmt: skip
VOCODER = VocoderConfig(width=8, hidden=8, rights=(1,))


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Eight utterances of about a second, one of them held out, with units."""
    folder = tmp_path / "corpus"
    (folder / "audio").mkdir(parents=True)
    held = next(f"u{i}" for i in range(1000) if is_held_out(f"u{i}"))
    names = [held, *[f"u{i}" for i in range(1000) if not is_held_out(f"u{i}")][:7]]
    rng = np.random.default_rng(0)
    rows, units = [], []
    for i, name in enumerate(names):
        durations = rng.integers(1, 5, 10)
        pcm = 0.1 * np.sin(np.arange(int(durations.sum()) * 960 - 100) * 0.02 * (i + 1))
        soundfile.write(folder / "audio" / f"{name}.flac", pcm, 24_000)
        row = {"id": name, "audio": f"audio/{name}.flac", "text": "a b", "language": "en", "speaker": "one"}
        rows.append(row)
        units.append({"id": name, "units": rng.integers(0, CODES, 10).tolist(), "durations": durations.tolist()})
    (folder / "manifest.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    (folder / "units.jsonl").write_text("".join(json.dumps(row) + "\n" for row in units), "utf-8")
    return folder


def test_held_out_speech_stays_apart(corpus: Path) -> None:
    speech = Speech([corpus])
    assert (len(speech.training), len(speech.held_out)) == (7, 1)
    assert speech.refresh() == 0
    assert sum(is_held_out(str(i)) for i in range(5000)) == pytest.approx(100, abs=40)


def test_a_corpus_that_grows(corpus: Path) -> None:
    manifest = corpus / "manifest.jsonl"
    lines = manifest.read_text("utf-8").splitlines(keepends=True)
    manifest.write_text("".join(lines[:3]) + lines[3][:20], "utf-8")
    speech = Speech([corpus])
    manifest.write_text("".join(lines), "utf-8")
    assert speech.refresh() == 5


def test_nothing_to_train_on(corpus: Path, tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="No speech"):
        Speech([corpus], speaker="nobody")
    with pytest.raises(TrainingError, match="is missing"):
        Speech([tmp_path])


def test_a_crop_beyond_the_ends_is_silence(corpus: Path) -> None:
    clip = Speech([corpus]).training[0]
    crop = clip.crop(-2, clip.frames + 5)
    assert crop.shape == ((clip.frames + 5) * HOP + 2 * MARGIN,)
    assert not crop[: 2 * HOP + MARGIN].any()
    assert crop[2 * HOP + MARGIN + 50] == pytest.approx(clip.pcm[50] / 32768)
    np.testing.assert_array_equal(original(bare(clip))[: len(clip.pcm)], clip.pcm / np.float32(32768))


@pytest.mark.parametrize("change", [{"durations": [1]}, {"units": [99] * 10}, {"durations": [50] * 10}])
def test_units_that_do_not_fit(corpus: Path, change: dict[str, list[int]]) -> None:
    clip = Speech([corpus]).training[0]
    row = next(row for row in read_rows(corpus / "units.jsonl") if row["id"] == clip.id)
    assert len(unit_clips([clip], [row], CODES)) == 1
    with pytest.raises(TrainingError, match=clip.id):
        unit_clips([clip], [{**row, **change}], CODES)


def test_vocoder_steps_resume_and_export(corpus: Path) -> None:
    torch.manual_seed(0)
    speech = Speech([corpus])
    trainer = VocoderTrainer(VOCODER, 1e-3, warm_up=1)
    pieces = CropSampler(0).batch(speech.training, 2, 40, 4, 2)
    first = trainer.train_step(pieces, 4, 2, 1e-3)
    assert "feature" not in first
    second = trainer.train_step(pieces, 4, 2, 1e-3, noise=0.1)
    assert all(torch.isfinite(value) for value in second.values())
    assert {"adversarial", "feature", "discriminator"} <= set(second)
    again = VocoderTrainer(VOCODER, 1e-3, warm_up=1)
    again.restore(trainer.state())
    after = [t.train_step(pieces, 4, 2, 1e-3)["mel"] for t in (trainer, again)]
    # Memory may be aligned otherwise, and sums then run in another order.
    assert float(after[0]) == pytest.approx(float(after[1]), rel=1e-3)
    pcm = vocoded(vocoder_of(trainer.state()))(bare(speech.held_out[0]))
    assert len(pcm) == speech.held_out[0].frames * HOP


def test_flow_learns_resumes_and_exports(corpus: Path, tmp_path: Path) -> None:
    torch.manual_seed(0)
    speech = Speech([corpus])
    clips = unit_clips(speech.training, read_rows(corpus / "units.jsonl"), CODES)
    codebook = torch.randn(CODES, 3)
    trainer = FlowTrainer(Parts(DURATION, FLOW, codebook), 1e-2)
    sampler = FlowSampler(Corruption(CODES, nearest_codes(codebook, 2), 0.1, 0), 100, 0)
    values = [trainer.train_step(sampler.batch(clips, 3), 1e-2) for _ in range(40)]
    assert float(values[-1]["prior"]) < 0.7 * float(values[0]["prior"])
    assert min(float(value["pitch"]) for value in values[30:]) < float(values[0]["pitch"])
    again = FlowTrainer(Parts(DURATION, FLOW, codebook), 1e-2)
    again.restore(trainer.state())
    batch = sampler.batch(clips, 3)
    after = []
    for one in (trainer, again):
        torch.manual_seed(1)
        after.append(float(one.train_step(batch, 1e-2)["flow"]))
    assert after[0] == pytest.approx(after[1], rel=1e-3)
    Job(tmp_path / "flow").save(trainer.state())
    Job(tmp_path / "vocoder").save(VocoderTrainer(VOCODER, 1e-3, 1).state())
    decoder = assemble(tmp_path / "vocoder", tmp_path / "flow")
    decoder.save(tmp_path / "decoder")
    loaded = FlowDecoder.load(tmp_path / "decoder")
    np.testing.assert_allclose(loaded.speak([1, 2, 3]), decoder.speak([1, 2, 3]), atol=0.02)


def test_the_codebook_is_folded_into_the_table() -> None:
    torch.manual_seed(0)
    trainer = FlowTrainer(Parts(DURATION, FLOW, torch.randn(CODES, 3)), 1e-3)
    duration, _ = parts_of(trainer.state())
    units = torch.tensor([[1, 5, CODES]])
    torch.testing.assert_close(duration(units), trainer.parts.duration(units))


def test_a_speaker_is_folded_into_the_tables() -> None:
    torch.manual_seed(0)
    trainer = FlowTrainer(Parts(DURATION, FLOW, None, ("one", "two")), 1e-3)
    with torch.no_grad():
        trainer.parts.duration_speakers.weight.normal_()
        trainer.parts.prior_speakers.weight.normal_()
    trainer.average = Average(trainer.parts)
    duration, flow = parts_of(trainer.state(), "two")
    units, place = torch.tensor([[1, 5, CODES]]), torch.rand(1, 3, 2)
    parts = trainer.parts
    pace, voice = (parts.rows(("two",), table) for table in (parts.duration_speakers, parts.prior_speakers))
    torch.testing.assert_close(duration(units), parts.duration(units, speaker=pace))
    torch.testing.assert_close(flow.prior(units, place)[1], parts.flow.prior(units, place, speaker=voice)[1])
    with pytest.raises(TrainingError, match="no voice"):
        parts_of(trainer.state(), "three")


def test_training_starts_from_a_shipped_decoder() -> None:
    torch.manual_seed(0)
    source = Parts(DURATION, FLOW, None)
    decoder = FlowDecoder(source.duration, source.flow, VocoderTrainer(VOCODER, 1e-3, 1).generator)
    parts = Parts(DURATION, FLOW, torch.randn(CODES, 3))
    parts.begin_with(decoder)
    units = torch.tensor([[1, 5, CODES]])
    torch.testing.assert_close(parts.duration(units), decoder.duration(units))
    plain = Flow(dataclasses.replace(FLOW, pitched=False))
    parts.begin_with(FlowDecoder(source.duration, plain, decoder.vocoder))
    place = torch.rand(1, 3, 2)
    torch.testing.assert_close(parts.flow.prior(units, place)[1], plain.prior(units, place)[1])
    other = Parts(DurationConfig(codes=CODES, width=4, hidden=8, rights=(1,)), FLOW, None)
    with pytest.raises(TrainingError, match="other sizes"):
        other.begin_with(decoder)


def test_a_batch_is_what_its_clips_are(corpus: Path) -> None:
    clips = unit_clips(Speech([corpus]).training, read_rows(corpus / "units.jsonl"), CODES)
    sampler = FlowSampler(Corruption(CODES, None, 0.0, 0), 1000, 0)
    short, long = sorted(clips, key=lambda clip: clip.unit_frames)[:: len(clips) - 1]
    batch = sampler.join([short, long])
    n = short.unit_frames
    assert batch.codes[0, :n].tolist() == np.repeat(short.units, short.durations).tolist()
    assert float(batch.mask[0].sum()) == n
    assert float(batch.weight[0].sum()) == 4 * n
    whole = log_mel(torch.from_numpy(original(short))[None])[0]
    torch.testing.assert_close(batch.mel[0, : whole.shape[0]], whole)
    cut = FlowSampler(Corruption(CODES, None, 0.0, 0), 14, 3).join([long])
    assert cut.codes.shape == (1, 14)
    assert float(cut.weight.sum()) in {4.0 * 14, 4.0 * (14 - WARM_UP)}


def test_padding_does_not_change_the_losses(corpus: Path) -> None:
    """What lies beyond the end of the shorter clip of a batch must not reach its mean mel nor its durations."""
    torch.manual_seed(0)
    clips = unit_clips(Speech([corpus]).training, read_rows(corpus / "units.jsonl"), CODES)
    short, long = sorted(clips, key=lambda clip: clip.unit_frames)[:: len(clips) - 1]
    sampler = FlowSampler(Corruption(CODES, None, 0.0, 0), 1000, 0)
    alone, together = sampler.join([short]), sampler.join([short, long])
    parts = Parts(DURATION, FLOW, None)
    n = short.unit_frames
    with torch.inference_mode():
        _, mean = parts.flow.prior(alone.codes, alone.place, alone.mask)
        _, padded = parts.flow.prior(together.codes, together.place, together.mask)
        torch.testing.assert_close(padded[0, : 4 * n], mean[0])
        durations = parts.duration(alone.units, alone.run_mask[:, :, None])
        both = parts.duration(together.units, together.run_mask[:, :, None])
        torch.testing.assert_close(both[0, : durations.shape[1]], durations[0])
        assert all(torch.isfinite(value) for value in losses(parts, together).values())


def test_corruption_keeps_half_clean_and_stays_in_range() -> None:
    units = np.arange(CODES)
    corrupt = Corruption(CODES, nearest_codes(torch.randn(CODES, 3), 2), 0.2, 0)
    results = [corrupt(units, units) for _ in range(200)]
    clean = sum(np.array_equal(result, units) for result in results)
    assert 90 <= clean <= 140
    assert {int(code) for result in results for code in result} == {*range(CODES), CODES}


FULL = [OSError(28, "No space left on device"), SafetensorError("I/O error: No space left on device (os error 28)")]


@pytest.mark.parametrize("error", FULL)
def test_a_job_keeps_its_last_good_checkpoint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    job = Job(tmp_path / "job")
    assert job.load() is None
    job.save({"step": 1})

    def full(tensors: object, path: Path, metadata: object) -> None:
        path.write_bytes(b"half")
        raise error

    with monkeypatch.context() as patch, pytest.raises(CslmError, match="disk is full"):
        patch.setattr("trainer.decoder.job.save_file", full)
        job.save({"step": 2})
    assert job.load() == {"step": 1}
    assert [path.name for path in job.folder.iterdir()] == ["checkpoint.safetensors"]
    (job.folder / "checkpoint.safetensors").write_bytes(b"half")
    with pytest.raises(TrainingError, match="damaged"):
        job.load()


def test_the_log_is_read_rows(tmp_path: Path) -> None:
    job = Job(tmp_path)
    job.log(step=3, loss=0.123456789)
    row = json.loads((tmp_path / "log.jsonl").read_text("utf-8"))
    assert (row["step"], row["loss"]) == (3, 0.12346)


def test_the_average_forgets_the_random_start() -> None:
    layer = torch.nn.Linear(1, 1, bias=False)
    average = Average(layer)
    with torch.no_grad():
        layer.weight.fill_(5.0)
    for _ in range(100):
        average.update(layer)
    assert float(average.state["weight"]) == pytest.approx(5.0, abs=1e-3)


def test_error_rates() -> None:
    assert plain("Don't  stop, at 9!") == "don't stop at 9"
    assert error_rate([("a b c d", "a b x d")], "en") == 0.25
    assert error_rate([("你好。", "你 号")], "zh") == 0.5
    assert error_rate([], "en") is None
    row = {"way": "x", "en_wer": 0.1, "zh_cer": None, "dnsmos": 3.0, "length": 1.0, "rtf": 0.1}
    assert "10.0%       -" in table([row])


def test_a_codebook_must_be_one(tmp_path: Path) -> None:
    codebook = torch.randn(64, 64)
    save_int8({"model.codebook": codebook}, tmp_path / "codes.safetensors")
    torch.testing.assert_close(read_codebook(tmp_path / "codes.safetensors"), codebook, atol=0.05, rtol=0)
    assert read_codebook(None) is None
    with pytest.raises(TrainingError, match="no tensor"):
        read_codebook(tmp_path / "none.safetensors")


@pytest.mark.parametrize("error", FULL)
def test_a_state_of_modules_is_written_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    layer, other = torch.nn.Linear(2, 2), torch.nn.Linear(2, 2)
    path = tmp_path / "codes.safetensors"
    save_state(path, {"model": layer})

    def full(tensors: object, path: Path) -> None:
        path.write_bytes(b"half")
        raise error

    with monkeypatch.context() as patch, pytest.raises(CslmError, match="disk is full"):
        patch.setattr("trainer.checkpoint.save_file", full)
        save_state(path, {"model": other})
    assert [file.name for file in tmp_path.iterdir()] == ["codes.safetensors"]
    load_state(path, {"model": other})
    assert torch.equal(other.weight, layer.weight)


def test_the_log_says_with_which_settings_the_flow_began(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Job, "catch_signals", lambda _: None)
    monkeypatch.setattr("trainer.decoder.train_flow.one_thread", lambda _: None)
    for small in (DURATION, FLOW):
        name = f"trainer.decoder.train_flow.{type(small).__name__}"
        monkeypatch.setattr(name, functools.partial(type(small), **dataclasses.asdict(small)))
    options = ["--corpus", str(corpus), "--out", str(tmp_path / "job"), "--codes", str(CODES), "--steps", "0"]
    train_flow(flow_parser().parse_args([*options, "--rate", "7e-4"]))
    first = json.loads((tmp_path / "job" / "log.jsonl").read_text("utf-8").splitlines()[0])
    assert (first["event"], first["utterances"]) == ("start", 7)
    assert (first["settings"]["rate"], first["settings"]["corpus"]) == (7e-4, [str(corpus)])
