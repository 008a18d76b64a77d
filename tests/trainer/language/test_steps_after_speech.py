"""Gate, plan, scorecard and installation on the tiny pack: what they say, what they leave, what they refuse."""

import json
import math
import shutil
import zipfile
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from cslm_core.decoder.duration import DurationConfig, DurationPredictor
from cslm_core.decoder.flow import place_in_run
from cslm_core.decoder.mel import MELS, SAMPLES_PER_UNIT
from cslm_core.errors import PackError, TrainingError
from cslm_core.lm.adapter import Adapter
from cslm_core.pack import open_pack
from cslm_core.packs.delta import TENSORS_FILE
from cslm_core.packs.languages import ActiveLanguages
from cslm_core.packs.manifest import SIGNATURE_NAME, read_manifest
from cslm_core.packs.signing import make_key
from cslm_core.packs.store import PackStore
from tests.trainer.language.tiny_job import make_job
from trainer.decoder.data import Clip, UnitClip
from trainer.decoder.units import Corruption, FlowSampler
from trainer.language import gate as gate_module
from trainer.language import pronounce
from trainer.language import scorecard as scorecard_module
from trainer.language.adapt import _loss, adapt_durations, adapted_folder, base_decoder, slowness
from trainer.language.again import learnt_before, set_aside
from trainer.language.bench import compare
from trainer.language.clarity import Clarity
from trainer.language.configuration import load_config, settle
from trainer.language.digest import learnt_digest
from trainer.language.gate import AdaptSteps, run_gate
from trainer.language.gate_report import GateReport
from trainer.language.halfway import Halfway
from trainer.language.install import build_language_pack, export_pack, import_language, install, undo
from trainer.language.job import Job
from trainer.language.judge import distance
from trainer.language.plan import make_plan
from trainer.language.pronounce import _errors, _Voice, adapt_prior
from trainer.language.records import newest_by_step, read_records, read_rows, write_rows
from trainer.language.scorecard import make_scorecard
from trainer.language.training import train
from trainer.language.units import prepare_units


@pytest.fixture(scope="module")
def taught(tmp_path_factory: pytest.TempPathFactory) -> Job:
    """A job that has gone through gate, plan and training."""
    torch.set_num_threads(1)
    job = make_job(tmp_path_factory.mktemp("taught") / "job", rehearsal=0, samples=0)
    run_gate(job, items=3, align_steps=12, adapt_steps=AdaptSteps(10, 10, 10))
    make_plan(job, probe_steps=1)
    train(job)
    return job


def test_durations_of_known_languages_stay_as_they_are(tmp_path: Path) -> None:
    job = make_job(tmp_path / "job")
    prepare_units(job, steps=12)
    known = [list(range(start, start + 12)) for start in (0, 12, 24)]
    assert slowness(job) == 1.0

    def said() -> torch.Tensor:
        predictor = base_decoder(job).duration
        with torch.no_grad():
            return torch.cat([predictor(torch.tensor([units]))[0] for units in known])

    moved = []
    for kept in ([], known):
        before = said()
        first, last = adapt_durations(job, 60, kept)
        assert last < first
        assert slowness(job) == pytest.approx(1.13)
        moved.append(float((said() - math.log(slowness(job)) - before).abs().mean()))
        shutil.rmtree(adapted_folder(job))
    # The tiny predictor has no room for both rhythms; it gives way to the known ones all the same.
    assert moved[1] < 0.9 * moved[0]


def test_of_others_the_rhythm_is_learnt_and_not_the_pace() -> None:
    torch.manual_seed(0)
    predictor = DurationPredictor(DurationConfig(codes=8, width=8, hidden=8, rights=(1,)))
    said = predictor(torch.tensor([[1, 2, 3]]))[0].exp().tolist()
    slower = [([1, 2, 3], [3 * frames for frames in said]), ([4], [1.0])]
    losses = [float(_loss(predictor, slower, [paced, True]).detach()) for paced in (True, False)]
    assert losses[0] != losses[1]
    (gradient,) = torch.autograd.grad(_loss(predictor, slower[:1], [False]), [predictor.head.bias])
    assert float(gradient) == pytest.approx(0, abs=1e-5)
    (gradient,) = torch.autograd.grad(_loss(predictor, slower[:1], [True]), [predictor.head.bias])
    assert float(gradient) < -0.1


def test_the_decoder_learns_the_sounds_and_keeps_the_known_ones(tmp_path: Path) -> None:
    job = make_job(tmp_path / "job")
    prepare_units(job, steps=12)
    known = [list(range(start, start + 12)) for start in (0, 12, 24)]

    def said() -> torch.Tensor:
        prior = base_decoder(job).flow.prior
        with torch.no_grad():
            return torch.cat([prior(torch.tensor([units]), place_in_run([1] * 12)[None])[1] for units in known])

    before, moved = said(), []
    for kept in ([], known):
        first, last = adapt_prior(job, kept, 120)
        assert last < first
        moved.append(float((said() - before).abs().mean()))
        assert {name.rsplit(".", 1)[0] for name in load_file(adapted_folder(job) / TENSORS_FILE)} <= {
            name.rsplit(".", 1)[0] for name, _ in base_decoder(job).named_parameters() if name.startswith("flow.prior.")
        }
        shutil.rmtree(adapted_folder(job))
    assert moved[1] < 0.8 * moved[0]


def test_bands_that_a_recording_lacks_are_not_learnt(tmp_path: Path) -> None:
    job = make_job(tmp_path / "job")
    decoder = base_decoder(job)
    units = np.arange(10)
    time = np.arange(10 * SAMPLES_PER_UNIT) / 24_000
    low = (8000 * np.sin(2 * np.pi * 500 * time)).astype(np.int16)
    batch = FlowSampler(Corruption(64, None, 0.0, 0), 125, 0).join(
        [UnitClip(Clip("low", "", "tst", low), units, np.ones(10, np.int64))]
    )
    voice = _Voice(torch.zeros(1, 1, MELS), decoder.flow.config.width)
    errors = [_errors(decoder.flow.prior, voice, batch)]
    decoder.flow.prior.mean.bias[90:] += 3
    errors.append(_errors(decoder.flow.prior, voice, batch))
    decoder.flow.prior.mean.bias[:5] += 3
    errors.append(_errors(decoder.flow.prior, voice, batch))
    assert errors[0] == errors[1] != errors[2]


def test_a_decoder_that_was_cut_off_goes_on_learning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    job = make_job(tmp_path / "job")
    prepare_units(job, steps=12)
    monkeypatch.setattr(pronounce, "_MINUTES", 0.0)
    learn, seen = pronounce._Lesson.teach, []

    def teach(lesson: pronounce._Lesson, *args: Any) -> None:
        seen.append(lesson.step)
        learn(lesson, *args)

    errors, calls = pronounce._errors, iter(range(1000))

    def cut_off(*args: Any) -> Any:
        if next(calls) == 30:
            raise KeyboardInterrupt
        return errors(*args)

    monkeypatch.setattr(pronounce._Lesson, "teach", teach)
    with monkeypatch.context() as patch:
        patch.setattr(pronounce, "_errors", cut_off)
        with pytest.raises(KeyboardInterrupt):
            adapt_prior(job, [], 60)
    assert not adapted_folder(job).is_dir()
    first, last = adapt_prior(job, [], 60)
    assert last < first
    assert seen[0] == 0
    assert 15 < seen[1] < 30  # the first of the thirty only watched
    adapt_prior(job, [], 60)
    assert seen[2] == 0, "one that has ended is not gone on from"
    assert not (job.training / "prior").exists()


@pytest.fixture
def store(tmp_path: Path) -> PackStore:
    return PackStore(tmp_path / "packs", tmp_path / "none")


def test_the_gate_says_what_the_pack_cannot_do(taught: Job) -> None:
    state = taught.state("gate")
    assert state.phase == "done"
    assert "cannot speak Test well yet" in state.sentence
    assert "durations" in state.details["adapt"]
    report = json.loads((taught.report / "gate.json").read_text())
    assert len(report["pairs"]) == 3
    for pair in report["pairs"]:
        assert (taught.report / pair["original"]).is_file()
        assert (taught.report / pair["rebuilt"]).is_file()
    assert "audio" in (taught.report / "gate.html").read_text()


def test_what_is_being_trained_keeps_its_units(taught: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(taught.folder, tmp_path / "job")
    job = Job.open(tmp_path / "job")

    def made() -> dict[str, bytes]:
        files = [job.training / "units.jsonl", *sorted((job.training / "adapted").rglob("*"))]
        return {str(path): path.read_bytes() for path in files if path.is_file()}

    before = made()
    report = run_gate(job, items=3, align_steps=12, adapt_steps=AdaptSteps(10, 10, 10))
    assert report.adapt  # it would like to
    assert made() == before
    assert not any("should be adapted" in sentence for sentence in report.sentences)
    assert report.wer_reader is None
    shutil.rmtree(job.training / "checkpoints")
    monkeypatch.setattr(gate_module, "clarity_of", lambda job, ear: Clarity(("ana",), 0.33))
    report = run_gate(job, items=3, align_steps=12, adapt_steps=AdaptSteps(10, 10, 10))
    assert made() != before
    assert report.wer_reader == 0.33
    assert report.sentences[-1].startswith("Whisper mishears 33% of the words in the recordings of ana")
    assert job.state("gate").details["sentences"] == report.sentences


def test_a_gate_that_is_cut_off_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    job = make_job(tmp_path / "job", rehearsal=0)
    hearing, prior, durations = names = ("adapt_hearing", "adapt_prior", "adapt_durations")
    real = {name: getattr(gate_module, name) for name in names}
    taught, cut_at = [], [prior, durations]

    def lesson(name: str, *arguments: object) -> object:
        taught.append(name)
        if [name] == cut_at[:1]:
            raise KeyboardInterrupt
        return real[name](*arguments)

    def found(*arguments: object, adapted: bool) -> GateReport:
        return GateReport(3, "", 0, 0, 0, 1.0, 0.4 if adapted else 0.9, 0, 1, False, ["decoder"], ["Not yet."], [])

    monkeypatch.setattr(gate_module, "_judge", found)
    for name in names:
        monkeypatch.setattr(gate_module, name, partial(lesson, name))
    while cut_at:
        with pytest.raises(KeyboardInterrupt):
            run_gate(job, align_steps=12, adapt_steps=AdaptSteps(4, 4, 4))
        del cut_at[0]
        run_gate(job, adapt=False)  # only judges
    report = run_gate(job, align_steps=12, adapt_steps=AdaptSteps(4, 4, 4))
    assert taught == [hearing, prior, prior, durations, durations]
    assert [said.split(" was ")[0] for said in report.sentences[1:4]] == [
        "The tokenizer", "The decoder", "The duration predictor",
    ]  # fmt: skip
    assert report.sentences[-1] == "Before that 90% of the words were wrong in what it repeated."
    assert Halfway.resume(job) is None  # it has ended
    Halfway.begin(job, report)
    assert Halfway.resume(job) is not None
    row, *others = read_rows(job.manifest)
    write_rows(job.manifest, [{**row, "text": "otra cosa"}, *others])
    assert Halfway.resume(job) is None  # of another corpus


def test_the_gate_needs_speech(tmp_path: Path) -> None:
    job = make_job(tmp_path / "job")
    job.manifest.write_text("")
    with pytest.raises(TrainingError, match="no speech to train on"):
        run_gate(job)
    assert job.state("gate").phase == "failed"


def test_distances() -> None:
    assert distance("kitten", "sitting") == 3
    assert distance([], [1, 2]) == 2
    assert distance("same", "same") == 0


def test_the_plan_was_measured(taught: Job) -> None:
    plan = json.loads((taught.report / "plan.json").read_text())
    assert plan["seconds_per_step"] > 0
    assert plan["memory"] > 50e6
    assert plan["disk"] > plan["learnt"] * 12
    assert plan["characters"] == 5
    assert "an adapter and new rows" in plan["sentences"][0]
    with pytest.raises(TrainingError, match=r"begun already, .* `plan --again`"):
        make_plan(taught)


def test_a_second_round_goes_on_from_the_first(taught: Job, tmp_path: Path) -> None:
    shutil.copytree(taught.folder, tmp_path / "job")
    job = Job.open(tmp_path / "job")
    job.finish("scorecard", "Measured.")
    rows = read_rows(job.manifest)
    rows[2]["text"], rows[2]["sound"] = "casa luna sol", "corrected"
    write_rows(job.manifest, rows)
    learnt, adapted, run = (
        {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        for folder in (job.training / "adapter", job.training / "adapted", job.training / "checkpoints")
    )
    records = job.progress.read_bytes()

    plan = make_plan(job, again=True, probe_steps=1)
    assert plan.sentences[-1] == "It goes on from what was learnt before (training-1/adapter)."
    aside = job.folder / "training-1"
    for kept, folder in ((learnt, "adapter"), (adapted, "adapted"), (run, "checkpoints")):
        assert kept
        assert all((aside / folder / name).read_bytes() == data for name, data in kept.items())
    assert (aside / "progress.jsonl").read_bytes() == records
    assert all((job.training / "adapted" / name).read_bytes() == data for name, data in adapted.items())
    assert job.state("training").phase == "pending"
    assert job.outdated("scorecard")
    with pytest.raises(TrainingError, match="has not come to its end"):
        build_language_pack(job, "0.2.0")

    assert train(job) == "done"

    def recognition(records: list[dict]) -> list[float]:
        return [record["losses"]["recognition"] for record in newest_by_step(records, "eval")]

    first, second = recognition(read_records(aside / "progress.jsonl")), recognition(read_records(job.progress))
    assert abs(second[0] - first[-1]) < 0.5 * abs(first[0] - first[-1])
    assert build_language_pack(job, "0.2.0").version == "0.2.0"
    make_plan(job, again=True, anew=True, probe_steps=1)
    assert (job.folder / "training-2" / "adapter").is_dir()
    config = load_config(job)
    assert config is not None
    assert config.start == ""


def test_what_cannot_be_gone_on_from_is_left_alone(taught: Job, tmp_path: Path) -> None:
    shutil.copytree(taught.folder, tmp_path / "job")
    job = Job.open(tmp_path / "job")
    assert learnt_before(job, settle(job)) == ""
    assert set_aside(job) == job.folder / "training-1"
    assert learnt_before(job, settle(job)) == "training-1/adapter"
    assert learnt_before(job, settle(job, rank=2)) == ""
    assert learnt_before(job, settle(job, method="full")) == ""
    assert set_aside(job) is None
    job.training.rename(job.folder / ".training.new")  # as a kill in the middle would leave it
    assert set_aside(job) is None
    assert (job.training / "units.jsonl").is_file()
    (job.folder / "training-1" / "adapter" / "adapter.json").write_text("{")
    assert learnt_before(job, settle(job)) == ""


def test_hours_settle_the_steps(tmp_path: Path) -> None:
    job = make_job(tmp_path / "job", rehearsal=0, samples=0)
    plan = make_plan(job, hours=0.1, probe_steps=1)
    assert plan.cpt_steps + plan.sft_steps == max(10, int(0.1 * 3600 * 0.9 / plan.seconds_per_step))
    assert not (job.training / "checkpoints").exists()
    with pytest.raises(TrainingError, match="no time to train in"):
        make_plan(job, hours=0)


def test_installed_used_exported_imported_and_taken_back(taught: Job, store: PackStore, tmp_path: Path) -> None:
    base = read_manifest(taught.base.folder)
    found = install(taught, store=store)
    assert found.manifest.identity == "tiny-tst 0.1.0"
    assert "in use" in taught.state("install").sentence
    active = ActiveLanguages(store)
    folders = [pack.folder for pack in active.of(base)]
    pack = open_pack(taught.base.folder, threads=1, languages=folders)
    assert pack.languages == ["en", "zh", "tst"]
    assert sum(map(len, pack.speak("casa", "tst"))) > 0
    size = export_pack(found.folder, tmp_path / "tst.zip")
    assert size < 1_000_000
    export_pack(found.folder, tmp_path / "again.zip")
    assert (tmp_path / "tst.zip").read_bytes() == (tmp_path / "again.zip").read_bytes()
    other = PackStore(tmp_path / "other", tmp_path / "none")
    with pytest.raises(PackError, match=r"needs the pack tiny 1\.0\.0; import that first"):
        import_language(tmp_path / "tst.zip", store=other)
    assert other.scan() == ([], [])
    other.import_pack(Path(taught.base.folder))
    assert import_language(tmp_path / "tst.zip", store=other).manifest.digest == found.manifest.digest
    with pytest.raises(PackError, match="stands alone"):
        import_language(Path(taught.base.folder), store=other)
    assert install(taught, store=store).manifest.version == "0.2.0"
    assert undo("tiny-tst", store=store) == "tiny-tst 0.1.0 is in use again."
    assert [pack.manifest.version for pack in active.of(base)] == ["0.1.0"]
    assert "switched off" in undo("tiny-tst", store=store)
    with pytest.raises(PackError, match="no language pack 'nothing'"):
        undo("nothing", store=store)


def test_signed_with_its_consent(taught: Job, tmp_path: Path) -> None:
    make_key(tmp_path / "key.pem")
    manifest = build_language_pack(taught, "1.0.0", key=tmp_path / "key.pem")
    assert manifest.consent == "not stated", "nobody has said so"
    assert "Consent: not stated" in (taught.pack / "NOTICE.md").read_text("utf-8")
    assert (taught.pack / SIGNATURE_NAME).is_file()
    assert "made" in manifest.components["adapter"].source


def test_nothing_is_installed_before_the_end(tmp_path: Path, store: PackStore) -> None:
    job = make_job(tmp_path / "job")
    with pytest.raises(TrainingError, match="has not come to its end"):
        install(job, store=store)
    assert job.state("install").phase == "failed"


class Ear:
    """A judge that knows the languages of the base pack alone, as Whisper may."""

    def knows(self, code: str) -> bool:
        return code in ("en", "zh")

    def hear(self, pcm16k: np.ndarray, code: str) -> str:
        assert self.knows(code)
        return "one two 你好"


def test_the_scorecard(taught: Job, store: PackStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def open_ear(model: str, code: str | None = None) -> Ear | None:
        return Ear() if code is None or Ear().knows(code) else None

    monkeypatch.setattr(scorecard_module, "open_ear", open_ear)
    card = make_scorecard(taught, whisper="an-ear", limit=1, store=store)
    assert card["judge"] == "an-ear"
    assert card["forgetting"]["tts.en"]["worse"] is not None, "the languages it knew are judged"
    assert {"asr_er.en", "right_language.zh", "right_language.en-zh", "sensible.zh-en"} <= card["forgetting"].keys()
    assert any("was not judged: Whisper does not know Test" in sentence for sentence in card["sentences"])
    names = {figure["name"] for figure in card["figures"]}
    assert {"asr.tst", "sensible.tst-en", "right_language.en-tst", "similarity", "forgotten.asr.en"} <= names
    assert set(card["forgetting"]) >= {"asr.en", "asr.zh"}
    html = (taught.report / "scorecard.html").read_text()
    assert "What it has forgotten" in html
    assert "<script" not in html
    assert taught.state("scorecard").sentence.startswith("It hears Test")
    export_pack(taught.pack, tmp_path / "measured.zip")
    with zipfile.ZipFile(tmp_path / "measured.zip") as archive:
        name = next(name for name in archive.namelist() if name.endswith("/scorecard.json"))
        assert json.loads(archive.read(name)) == card
    found = install(taught, store=store)
    assert (found.folder / "scorecard.html").is_file()
    again = make_scorecard(taught, whisper="an-ear", limit=1, store=store, similarity=False)
    assert again["previous"]["same_test"]
    assert again["previous"]["same_judge"]
    assert again["sentences"][-1] == "It is about as good as version 0.1.0, which is in use."


def test_a_scorecard_of_another_training_is_not_taken_along(taught: Job, tmp_path: Path) -> None:
    shutil.copytree(taught.folder, tmp_path / "job")
    job = Job.open(tmp_path / "job")
    job.report.mkdir(exist_ok=True)
    (job.report / "scorecard.html").write_text("<p>Well.</p>", "utf-8")
    card = {"figures": [], "pack": {"learnt": learnt_digest(job)}}
    for written, there in ((card, True), ({"figures": [], "pack": {}}, False), ([], False)):
        (job.report / "scorecard.json").write_text(json.dumps(written), "utf-8")
        build_language_pack(job, "1.0.0")
        assert (job.pack / "scorecard.json").is_file() is (job.pack / "scorecard.html").is_file() is there
    (job.report / "scorecard.json").write_text(json.dumps(card), "utf-8")
    learnt = Adapter.load(job.training / "adapter")
    learnt.embedding.new[0] += 1
    learnt.save(job.training / "adapter")
    build_language_pack(job, "1.0.0")
    assert not (job.pack / "scorecard.json").exists()


def test_packing_is_compared_with_padding(taught: Job) -> None:
    found = compare(taught, steps=3)
    assert found.packed > 0
    assert found.padded > 0
    assert 0.2 < found.filled < 1
