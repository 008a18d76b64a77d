"""Long recordings: cut at pauses, drafted, corrected by a person, taken in."""

import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from cslm_core.assets import assets_folder
from cslm_core.audio import Pcm, read_audio
from cslm_core.errors import TrainingError
from cslm_core.speech import SileroVad, silero_path
from tests.trainer.language import sounds
from tests.trainer.language.sounds import RATE, TEXTS, voice
from trainer.language.cutting import CHUNK_SECONDS, CutLimits, cut_at_pauses
from trainer.language.drafts import confirmed, draft_recordings, export_drafts, import_drafts
from trainer.language.job import Job
from trainer.language.records import read_rows
from trainer.language.sheets import read_sheet, write_sheet
from trainer.language.whisper import WhisperDrafts, whisper_code


def loudness(pcm16k: Pcm) -> NDArray[np.float32]:
    """A detector for sounds that are made here: what is loud is speech."""
    chunks = np.pad(pcm16k, (0, -len(pcm16k) % 512)).reshape(-1, 512)
    return (np.abs(chunks).max(1) > 0.02).astype(np.float32)


def talk(path: Path, pieces: int = 3) -> Path:
    pause = np.zeros(RATE, np.float32)
    parts = [part for n in range(pieces) for part in (voice(2.0, seed=n), pause)]
    return sounds.write(path, np.concatenate([pause, *parts]))


@given(st.lists(st.floats(0, 1, width=32), max_size=400), st.floats(0.1, 1.0), st.floats(2.0, 8.0))
def test_pieces_are_in_order_apart_and_not_too_long(values: list[float], pause: float, longest: float) -> None:
    limits = CutLimits(pause=pause, shortest=0.3, longest=longest)
    pieces = cut_at_pauses(np.array(values, np.float32), limits)
    for start, end in pieces:
        assert 0 <= start < end <= len(values) * CHUNK_SECONDS + 1e-6
        assert end - start <= longest + 2 * limits.margin + 2 * CHUNK_SECONDS
    assert all(first[1] <= second[0] + 1e-6 for first, second in itertools.pairwise(pieces))


def test_real_speech_is_cut_where_it_pauses() -> None:
    path = silero_path()
    assert path is not None
    spoken = [read_audio(p) for p in sorted((assets_folder() / "questions").glob("en-*.flac"))]
    pause = np.zeros(16_000, np.float32)
    pcm = np.concatenate([part for pcm in spoken for part in (pcm, pause)])
    pieces = cut_at_pauses(SileroVad(path).probabilities(pcm), CutLimits())
    assert len(pieces) == len(spoken)
    begins = np.cumsum([0, *(len(pcm) / 16_000 + 1 for pcm in spoken)])
    for (start, end), begin, after in zip(pieces, begins, begins[1:], strict=False):
        assert begin - 0.1 <= start
        assert end <= after + 0.1


def test_drafts_are_corrected_and_taken_in(job: Job, tmp_path: Path) -> None:
    heard = iter(["me levanto", "", "la sopa"])
    report = draft_recordings(job, talk(tmp_path / "talk.wav"), loudness, lambda pcm: next(heard), speaker="Ana")
    assert report.pieces == 3
    assert "cut into 3 pieces" in report.sentence
    rows = read_rows(job.drafts)
    assert [r["text"] for r in rows] == ["me levanto", "", "la sopa"]
    assert all((job.folder / r["audio"]).is_file() and 2.0 <= r["seconds"] <= 2.6 for r in rows)
    sheet = tmp_path / "drafts.csv"
    assert export_drafts(job, sheet) == 3
    assert [row["text"] for _, row in read_sheet(sheet, ("id", "text")) if row] == ["me levanto", "", "la sopa"]
    with pytest.raises(TrainingError, match="no draft of this job"):
        write_sheet(tmp_path / "other.csv", ("id", "text"), [("zzz", "Hola")])
        import_drafts(job, tmp_path / "other.csv")
    write_sheet(sheet, ("id", "text"), [(rows[0]["id"], TEXTS[0]), (rows[1]["id"], "-"), (rows[2]["id"], "")])
    found = import_drafts(job, sheet)
    assert [(c.text, c.speaker, c.extra) for c in found] == [(TEXTS[0], "Ana", {})]
    assert [c.extra for c in confirmed(job)] == [{"draft": True}] * 2
    assert {c.recording for c in confirmed(job)} == {str(tmp_path / "talk.wav")}


def test_a_recording_is_listened_to_once_and_bad_ones_are_named(job: Job, tmp_path: Path) -> None:
    talk(tmp_path / "r" / "a.wav", 2)
    sounds.write(tmp_path / "r" / "silent.wav", np.zeros(RATE, np.float32))
    (tmp_path / "r" / "broken.wav").write_bytes(b"RIFF")
    report = draft_recordings(job, tmp_path / "r", loudness, None)
    assert report.pieces == 2
    assert {r["reason"] for r in read_rows(job.rejected)} == {"no_speech", "unreadable"}
    again = draft_recordings(job, tmp_path / "r", loudness, None)
    assert again.pieces == 0
    assert len(read_rows(job.drafts)) == 2
    with pytest.raises(TrainingError, match="no drafts with a text"):
        confirmed(job)


def test_a_recording_with_a_name_that_is_not_utf8_is_named_and_the_rest_kept(job: Job, tmp_path: Path) -> None:
    talk(tmp_path / "x.wav", 2).replace(talk(tmp_path / "r" / "a.wav", 2).with_name("\udcf1.wav"))
    assert draft_recordings(job, tmp_path / "r", loudness, None).pieces == 2
    assert [(r["reason"], r["place"]) for r in read_rows(job.rejected)] == [("name", "?.wav")]


def test_without_sound_or_speech_a_sentence_says_so(job: Job, tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="no sound file"):
        draft_recordings(job, tmp_path / "none", loudness, None)
    silent = sounds.write(tmp_path / "silent.wav", np.zeros(RATE, np.float32))
    with pytest.raises(TrainingError, match="nobody speaks"):
        draft_recordings(job, silent, loudness, None)
    with pytest.raises(TrainingError, match="There are no drafts"):
        export_drafts(job, tmp_path / "x.csv")


def test_whisper_is_asked_only_for_languages_it_knows() -> None:
    assert whisper_code("es-MX") == "es"
    assert whisper_code("nb") == "no"
    assert whisper_code("kab") is None
    with pytest.raises(TrainingError, match="Whisper does not know Kabyle"):
        WhisperDrafts("base", "kab")
    with pytest.raises(TrainingError, match="no folder with a Whisper model"):
        WhisperDrafts("/nowhere/whisper", "es")
