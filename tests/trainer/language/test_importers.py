"""Each shape of corpus is found and read; each fault of it is refused with a sentence, or its row with a reason."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cslm_core.errors import TrainingError
from tests.trainer.language import sounds
from trainer.language.importers import FORMATS, Candidate, Refusal, find_format, read_source
from trainer.language.importers.corrections import CorrectionWriter
from trainer.language.importers.recordings import Prompt, RecordingFolder
from trainer.language.importers.rows import inside, read_text, table


def outcome(path: Path, name: str | None = None) -> tuple[list[Candidate], list[Refusal]]:
    rows = list(read_source(path, name))
    return [r for r in rows if isinstance(r, Candidate)], [r for r in rows if isinstance(r, Refusal)]


@pytest.mark.parametrize(
    ("make", "name", "speakers"),
    [
        (sounds.common_voice, "common-voice", {"person0", "person1", "person2"}),
        (sounds.ljspeech, "ljspeech", {"corpus"}),
        (sounds.audiofolder, "audiofolder", {"s0", "s1"}),
        (lambda folder: sounds.audiofolder(folder, as_json=True), "audiofolder", {"0", "1"}),
        (sounds.pairs, "pairs", {"speaker0", "speaker1"}),
        (sounds.json_corpus, "jsonl", {"s0", "s1", "s2", "s3"}),
    ],
)
def test_a_corpus_is_found_and_read(
    tmp_path: Path, make: Callable[[Path], Path], name: str, speakers: set[str]
) -> None:
    folder = make(tmp_path / "corpus")
    assert find_format(folder) == name
    rows, refused = outcome(folder)
    assert refused == []
    assert {row.speaker for row in rows} == speakers
    assert {row.text for row in rows} <= set(sounds.TEXTS)
    assert all(row.audio.is_file() and row.place for row in rows)


def test_every_format_has_a_title_and_is_told_apart_from_an_empty_folder(tmp_path: Path) -> None:
    assert all(module.TITLE for module in FORMATS.values())
    with pytest.raises(TrainingError, match="no speech corpus in a known shape"):
        find_format(tmp_path)
    with pytest.raises(TrainingError, match="does not exist"):
        find_format(tmp_path / "nowhere")
    with pytest.raises(TrainingError, match="no format 'minidisc'"):
        read_source(tmp_path, "minidisc")


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_a_folder_without_the_corpus_is_refused_with_a_sentence(tmp_path: Path, name: str) -> None:
    with pytest.raises(TrainingError) as caught:
        list(read_source(tmp_path, name))
    assert str(caught.value).endswith(".")
    assert str(tmp_path) in str(caught.value)


# --- bad rows ---


def test_common_voice_with_wrong_columns_is_refused(tmp_path: Path) -> None:
    folder = sounds.common_voice(tmp_path)
    (folder / "validated.tsv").write_text("file\ttext\na.mp3\tHola\n", "utf-8")
    with pytest.raises(TrainingError, match="not the columns of Common Voice"):
        list(read_source(folder))


def test_an_audiofolder_with_wrong_columns_is_refused(tmp_path: Path) -> None:
    (tmp_path / "metadata.csv").write_text("name,words\na.wav,Hola\n", "utf-8")
    with pytest.raises(TrainingError, match="file_name and text"):
        list(read_source(tmp_path, "audiofolder"))


def test_rows_of_a_table_that_are_broken_are_named(tmp_path: Path) -> None:
    folder = sounds.common_voice(tmp_path, 3)
    sounds.write(tmp_path / "secret.wav")
    with (folder / "validated.tsv").open("ab") as file:
        file.write(b"p\tclip0.wav\n")  # too few columns
        file.write("p\tclip1.wav\tma\xf1ana\t2\t0\tes\n".encode("latin-1"))  # another encoding
        file.write(b"p\tgone.wav\tHola\t2\t0\tes\n")
        file.write(b"p\t../secret.wav\tHola\t2\t0\tes\n")
        file.write(f"p\t{tmp_path / 'secret.wav'}\tHola\t2\t0\tes\n".encode())
        file.write(b"p\tclip2.wav\tHola\t1\t3\tes\n")
        file.write(b"p\tc\0lip.wav\tHola\t1\t3\tes\n".replace(b"\0", b""))
    rows, refused = outcome(folder)
    assert len(rows) == 3
    assert [r.reason for r in refused] == [
        "columns", "encoding", "missing", "outside", "outside", "disputed", "disputed",
    ]  # fmt: skip
    assert refused[2].place == "validated.tsv, line 7"
    assert refused[2].detail == "gone.wav"


def test_a_link_that_leads_out_is_refused(tmp_path: Path) -> None:
    folder = sounds.pairs(tmp_path / "corpus")
    secret = sounds.write(tmp_path / "secret.wav")
    (folder / "speaker0" / "z.wav").symlink_to(secret)
    (folder / "speaker0" / "z.txt").write_text("Hola", "utf-8")
    rows, refused = outcome(folder)
    assert len(rows) == 4
    assert [r.reason for r in refused] == ["outside"]


def test_pairs_without_text_or_in_another_encoding_are_named(tmp_path: Path) -> None:
    folder = sounds.pairs(tmp_path)
    (folder / "speaker0" / "0.txt").unlink()
    (folder / "speaker1" / "1.txt").write_bytes("mañana".encode("latin-1"))
    rows, refused = outcome(folder)
    assert [row.text for row in rows].count("") == 1  # the intake says that there is no text
    assert [r.reason for r in refused] == ["encoding"]


def test_ljspeech_takes_the_normalised_text_and_names_short_lines(tmp_path: Path) -> None:
    folder = sounds.ljspeech(tmp_path)
    with (folder / "metadata.csv").open("a", encoding="utf-8") as file:
        file.write("LJ0\nLJ9|Nadie.\n")
    rows, refused = outcome(folder)
    assert rows[1].text == sounds.TEXTS[1]
    assert [r.reason for r in refused] == ["columns", "missing"]


def test_json_lines_with_times_cut_pieces_and_odd_times_are_refused(tmp_path: Path) -> None:
    sounds.write(tmp_path / "a.wav")
    lines = [
        {"audio": "a.wav", "text": "Hola", "start": 0.5, "end": 1.0},
        {"audio_filepath": "a.wav", "text": "Hola", "offset": 1.0, "duration": 0.5},
        {"audio": {"path": "a.wav", "bytes": None}, "text": "Hola"},
        {"audio": "a.wav", "text": "Hola", "start": 2.0, "end": 1.0},
        {"audio": "a.wav", "text": "Hola", "start": "soon"},
        {"audio": "a.wav", "text": "Hola", "start": [0]},
        {"audio": "a.wav", "text": "Hola", "start": 10**400},
        {"text": "Hola"},
    ]
    text = "".join(json.dumps(line) + "\n" for line in lines) + "[]\nno\n"
    (tmp_path / "manifest.jsonl").write_text(text, "utf-8")
    rows, refused = outcome(tmp_path)
    assert [(r.start, r.end) for r in rows] == [(0.5, 1.0), (1.0, 1.5), (0.0, None)]
    assert [r.reason for r in refused] == ["columns"] * 7


def test_a_json_file_of_other_things_is_refused(tmp_path: Path) -> None:
    (tmp_path / "manifest.jsonl").write_text('{"sound": 1}\n', "utf-8")
    with pytest.raises(TrainingError, match="needs `audio` and `text`"):
        list(read_source(tmp_path, "jsonl"))


def test_columns_that_were_swapped_are_named(tmp_path: Path) -> None:
    long = "Una frase que es más larga que el nombre de cualquier archivo, " * 6
    sounds.audiofolder(tmp_path / "a")
    (tmp_path / "a" / "metadata.csv").write_text(f'file_name,text\n"{long}",data/0.wav\n', "utf-8")
    sounds.ljspeech(tmp_path / "b")
    (tmp_path / "b" / "metadata.csv").write_text(f"{long}|LJ0\n", "utf-8")
    for name in "ab":
        assert [r.reason for r in outcome(tmp_path / name)[1]] == ["missing"]


def test_a_header_that_is_not_utf8_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "metadata.csv").write_bytes("señal,palabras\na.wav,Hola\n".encode("latin-1"))
    (tmp_path / "manifest.jsonl").write_bytes('{"señal": 1}\n'.encode("latin-1"))
    for name in ("audiofolder", "jsonl"):
        with pytest.raises(TrainingError, match=r"has se\?al"):
            list(read_source(tmp_path, name))


def test_splits_that_a_corpus_lays_down_are_noted(tmp_path: Path) -> None:
    sounds.audiofolder(tmp_path / "train")
    sounds.audiofolder(tmp_path / "validation")
    rows, _ = outcome(tmp_path)
    assert {(row.split, row.place.split("/")[0]) for row in rows} == {("train", "train"), ("dev", "validation")}


# --- files of unsure encoding ---


def test_utf16_tables_are_read_and_binary_files_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes("a,b\nñ,2\n".encode("utf-16"))
    assert list(table(path, delimiter=",")) == [(2, {"a": "ñ", "b": "2"})]
    path.write_bytes(b"RIFF\0\0\0")
    with pytest.raises(TrainingError, match="not a text file"):
        read_text(path)
    path.write_bytes("ñandú".encode("utf-16")[:-1])
    with pytest.raises(TrainingError, match="damaged UTF-16"):
        read_text(path)
    for nothing in (b" \n", b",,,\n,,,\n"):
        path.write_bytes(nothing)
        with pytest.raises(TrainingError, match="is empty"):
            list(table(path, delimiter=","))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(data=st.binary(max_size=400), name=st.sampled_from(sorted(FORMATS)))
def test_any_bytes_as_a_table_give_rows_or_a_sentence(tmp_path: Path, data: bytes, name: str) -> None:
    for file in ("validated.tsv", "metadata.csv", "manifest.jsonl", "prompts.jsonl", "recordings.jsonl"):
        (tmp_path / file).write_bytes(data)
    (tmp_path / "corrections.jsonl").write_bytes(data)
    try:
        rows = list(read_source(tmp_path, name))
    except TrainingError as error:
        assert str(error).endswith(".")
    else:
        assert not any(isinstance(row, Candidate) for row in rows)


@given(st.text(max_size=30))
def test_no_written_path_leads_out_of_its_folder(tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
    folder = tmp_path_factory.getbasetemp() / "inside"
    for written in (name, f"../{name}", f"a/../../{name}", f"..\\{name}", f"C:{name}", f"/{name}"):
        found = inside(folder, written)
        assert found is None or found.is_relative_to(folder.resolve())


# --- made by the program ---


def test_recordings_made_here_are_kept_retaken_and_read(tmp_path: Path) -> None:
    prompts = [Prompt("greetings.hello.q0", "Hola, asistente."), Prompt("sentence-0001", sounds.TEXTS[1])]
    with pytest.raises(TrainingError, match="consent"):
        RecordingFolder.create(tmp_path / "r", "Ana", prompts, consent=False)
    with pytest.raises(TrainingError, match="nothing to read"):
        RecordingFolder.create(tmp_path / "r", "Ana", [], consent=True)
    made = RecordingFolder.create(tmp_path / "r", " Ana ", prompts, consent=True)
    assert made.prompts() == prompts
    assert made.speaker == "Ana"
    assert made.recorded() == {}
    for prompt in prompts:
        sounds.write(made.sound(prompt))
        made.note_take(prompt, -12.34)
    made.note_retake(prompts[1])
    assert made.recorded() == {"greetings.hello.q0": -12.3}
    assert made.skipped() == set()
    made.note_skip(prompts[1])
    assert made.skipped() == {"sentence-0001"}
    assert made.recorded() == {"greetings.hello.q0": -12.3}
    rows, refused = outcome(tmp_path / "r")
    assert find_format(tmp_path / "r") == "recordings"
    assert refused == []
    assert [(r.id, r.text, r.speaker) for r in rows] == [("greetings.hello.q0", "Hola, asistente.", "Ana")]


def test_corrections_need_consent_row_by_row(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="only with consent"):
        CorrectionWriter(tmp_path, consent=False)
    writer = CorrectionWriter(tmp_path, consent=True)
    for n in range(2):
        sounds.write(writer.add(f"turn-{n}", text=sounds.TEXTS[n], heard="Algo.", language="es"))
    assert writer.close() == 2
    path = tmp_path / "corrections.jsonl"
    path.write_text(path.read_text("utf-8").replace('"consent": true}\n', '"consent": "maybe"}\n', 1), "utf-8")
    rows, refused = outcome(tmp_path)
    assert [r.id for r in rows] == ["turn-1"]
    assert [r.reason for r in refused] == ["no_consent"]


def test_corrections_are_added_to_those_that_are_there(tmp_path: Path) -> None:
    for names, text in ((("turn-1", "turn-2"), "Algo."), (("turn-2", "turn-3"), "Otra cosa.")):
        writer = CorrectionWriter(tmp_path, consent=True)
        for name in names:
            sounds.write(writer.add(name, text=text, heard="Ago.", language="es", speaker="Ana"))
        writer.close()
    rows, refused = outcome(tmp_path)
    assert refused == []
    assert [(r.id, r.text) for r in rows] == [("turn-1", "Algo."), ("turn-2", "Otra cosa."), ("turn-3", "Otra cosa.")]
