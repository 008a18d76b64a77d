"""Chats with stand-ins for the components: events, cancelling, history, what is refused."""

import gc
import math
import queue
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from cslm_core.audio import read_audio, write_wav
from cslm_core.chat import Chat
from cslm_core.errors import CslmError
from cslm_core.events import Audio, Exchange, Heard, TextDelta, TurnDone, TurnFailed, UnitsChunk
from cslm_core.pack import Pack
from cslm_core.packs.store import FoundPack, PackStore
from tests.fakes import (
    UNIT_SECONDS,
    FakeDecoder,
    FakeDialogue,
    FakeLm,
    FakeTokenizer,
    FakeVoiceStream,
    LevelGate,
    make_pack,
    speech,
)


@pytest.fixture
def pack(tmp_path: Path) -> Pack:
    return Pack(make_pack(tmp_path / "pack"), FakeTokenizer(), FakeLm(), FakeDecoder(), gate=LevelGate())


def dialogue_of(pack: Pack) -> FakeDialogue:
    assert isinstance(pack.lm, FakeLm)
    return pack.lm.dialogues[-1]


def test_a_spoken_question_becomes_events_in_order(pack: Pack) -> None:
    events = list(pack.chat().ask(speech(), turn=7))
    assert {event.turn for event in events} == {7}
    heard = events[0]
    assert isinstance(heard, Heard)
    codes = FakeTokenizer().encode(speech()).codes()  # of which equal ones that follow each other are one unit
    assert heard.text == f"{1 + np.count_nonzero(np.diff(codes))} units"
    chunks = [event for event in events if isinstance(event, UnitsChunk)]
    assert [chunk.text for chunk in chunks] == [f" {word}" for word in ["reply", "to", *heard.text.split()]]
    done = events[-1]
    assert isinstance(done, TurnDone)
    assert done.text == f"reply to {heard.text}"
    stats = done.stats
    assert stats.unit_tokens == 40
    assert stats.reply_seconds == pytest.approx(40 * UNIT_SECONDS, rel=0.01)
    order = [stats.tokenizer_done, stats.heard, stats.first_text, stats.first_unit, stats.first_chunk]
    assert None not in order
    assert order == sorted(order)  # type: ignore[type-var]
    assert stats.first_sound is not None
    assert stats.first_mel is None  # the tiny decoder has none
    assert stats.real_time_factor is not None


def test_all_sound_arrives(pack: Pack) -> None:
    sounds = [event for event in pack.chat().ask("hello there") if isinstance(event, Audio)]
    assert sum(event.samples.size for event in sounds) == int(40 * UNIT_SECONDS * 24_000)
    assert {event.rate for event in sounds} == {24_000}


def test_pushing_in_pieces_hears_the_same_as_asking_at_once(pack: Pack) -> None:
    pcm = speech(3.0)
    whole = next(iter(pack.chat().ask(pcm)))
    listening = pack.chat().listen()
    for piece in np.array_split(pcm, 37):
        listening.push(piece)
    assert listening.seconds == pytest.approx(3.0)
    assert next(listening.finish()) == whole


def test_units_reach_the_model_while_the_user_speaks(pack: Pack) -> None:
    listening = pack.chat().listen()
    for piece in np.array_split(speech(2.0), 20):
        listening.push(piece)
    assert len(dialogue_of(pack)._heard) > 10


@pytest.mark.parametrize("pcm", [np.zeros(16_000), np.full(16_000, 0.3), 1e-4 * np.ones(32_000)])
def test_silence_is_not_answered(pack: Pack, pcm: np.ndarray) -> None:
    events = list(pack.chat().ask(pcm.astype(np.float32)))
    assert [type(event) for event in events] == [TurnFailed]
    assert events[0].kind == "silence"  # type: ignore[union-attr]
    assert dialogue_of(pack).history == []


@pytest.mark.parametrize(
    ("pcm", "kind"),
    [
        (np.zeros(0), "audio"),
        (np.zeros(1), "audio"),
        (np.full(16_000, np.nan), "audio"),
        (np.zeros(16_000 * 200), "audio"),
        (np.zeros((2, 16_000)), "audio"),
    ],
)
def test_what_is_no_question_is_refused_in_one_sentence(pack: Pack, pcm: np.ndarray, kind: str) -> None:
    (event,) = pack.chat().ask(pcm.astype(np.float32))
    assert isinstance(event, TurnFailed)
    assert event.kind == kind
    assert event.reason.endswith(".")


def test_a_language_the_pack_does_not_have_is_refused(pack: Pack) -> None:
    chat = pack.chat()
    for ask in (
        lambda: chat.ask("hello", language="fr"),
        lambda: chat.ask("hello", reply_language="ja"),
        lambda: chat.ask(speech(), language="de"),
        lambda: chat.ask("Привет, как дела?"),
        lambda: chat.translate("hello", "fr"),
    ):
        (event,) = ask()
        assert isinstance(event, TurnFailed)
        assert event.kind == "language"
        assert "English and Mandarin" in event.reason


def test_typed_text_is_told_by_its_script(pack: Pack) -> None:
    for text, language in (("hello", "en"), ("你好吗", "zh"), ("2+2?", "en"), ("用 Python 怎么写这个程序", "zh")):
        heard = next(iter(pack.chat().ask(text)))
        assert isinstance(heard, Heard)
        assert heard.language == language


@pytest.mark.parametrize("text", ["", "   ", "\n", "x" * 5000])
def test_text_that_is_empty_or_endless_is_refused(pack: Pack, text: str) -> None:
    (event,) = pack.chat().ask(text)
    assert isinstance(event, TurnFailed)


def test_cancel_from_another_thread_ends_the_turn_at_once(pack: Pack) -> None:
    chat = pack.chat()
    threading.Timer(0.2, chat.cancel).start()
    begin = time.monotonic()
    events = list(chat.ask("endless", speak=False))
    assert time.monotonic() - begin < 1.0
    assert isinstance(events[-1], TurnFailed)
    assert events[-1].kind == "cancelled"
    assert chat_is_usable(chat)


def test_leaving_the_iterator_ends_the_turn_and_its_thread(pack: Pack) -> None:
    chat = pack.chat()
    for event in chat.ask("endless"):
        if isinstance(event, Audio):
            break
    assert chat_is_usable(chat)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("voice")]


def chat_is_usable(chat: Chat) -> bool:
    return isinstance(list(chat.ask("again"))[-1], TurnDone)


def test_the_history_keeps_only_what_was_heard(pack: Pack) -> None:
    chat = pack.chat()
    list(chat.ask("a b c", turn=1))
    chunk = 10 * UNIT_SECONDS
    assert dialogue_of(pack).history == [["reply", "to", "a", "b", "c"]]
    assert chat.heard(1, 2.6 * chunk)
    assert dialogue_of(pack).history == [["reply", "to", "a"]]
    assert not chat.heard(1, 0.0)  # it has been shortened already
    list(chat.ask("d", turn=2))
    assert not chat.heard(1, 0.0)
    assert chat.heard(2, 99.0)
    assert chat.heard(2, 0.3 * chunk)
    assert dialogue_of(pack).history == [["reply", "to", "a"]]


def test_a_cancelled_turn_can_be_shortened_too(pack: Pack) -> None:
    chat = pack.chat()
    for event in chat.ask("endless", turn=3):
        if isinstance(event, UnitsChunk) and event.chunk == 4:
            chat.cancel(3)
    assert len(dialogue_of(pack).history[-1]) == 5
    assert chat.heard(3, 1.0 * 10 * UNIT_SECONDS)
    assert len(dialogue_of(pack).history[-1]) <= 2


def test_a_paused_turn_waits_within_a_token_and_goes_on(pack: Pack) -> None:
    chat = pack.chat()
    seen: queue.SimpleQueue[object] = queue.SimpleQueue()

    def work() -> None:
        for event in chat.ask("endless", turn=4, speak=False):
            seen.put(event)
        seen.put(None)

    thread = threading.Thread(target=work)
    thread.start()
    seen.get(timeout=5)
    chat.pause(4)
    time.sleep(0.1)  # a token may be under way
    while not seen.empty():
        seen.get()
    with pytest.raises(queue.Empty):
        seen.get(timeout=0.2)
    chat.go_on(4)
    assert seen.get(timeout=5) is not None
    chat.pause(4)
    chat.cancel(4)
    thread.join(5)
    assert not thread.is_alive()
    chat.pause(4)  # over: nothing to pause
    assert chat_is_usable(chat)


def test_every_chunk_of_sound_says_where_it_begins(pack: Pack) -> None:
    chunk = int(10 * UNIT_SECONDS * 24_000)
    total, starts = 0, {}
    for event in pack.chat().ask("a b c"):
        if isinstance(event, Audio):
            for number, sample in event.starts:
                assert 0 <= sample < event.samples.size
                starts[number] = total + sample
            total += event.samples.size
    assert starts == {number: number * chunk for number in range(5)}


def test_a_conversation_can_be_recalled(pack: Pack) -> None:
    chat = pack.chat()
    list(chat.ask("a", turn=1))
    past = Exchange(question="hi", language="en", reply="hello\n there\ud800", reply_language="en")
    foreign = Exchange(question="salut", language="fr", reply="bonjour", reply_language="fr")
    silent = Exchange(question="hi", language="en", reply="", reply_language="en")
    assert chat.recall([foreign, past, silent]) == 1
    assert dialogue_of(pack).history == [["hello", "there"]]
    assert not chat.heard(1, 0.0)
    assert chat_is_usable(chat)


def test_a_question_that_is_dropped_leaves_nothing(pack: Pack) -> None:
    chat = pack.chat()
    first = chat.listen()
    first.push(speech(2.0))
    second = chat.listen()
    (event,) = first.finish()
    assert isinstance(event, TurnFailed)
    assert event.kind == "cancelled"
    second.push(speech(1.0))
    heard = next(second.finish())
    assert isinstance(heard, Heard)
    assert heard.text == next(iter(pack.chat().ask(speech(1.0)))).text  # type: ignore[union-attr]


def test_the_other_uses(pack: Pack) -> None:
    assert pack.transcribe(speech()).text.endswith("units")
    assert pack.translate("hello", "zh") == "hello in zh"
    pcm = np.concatenate(list(pack.speak("one two")))
    assert pcm.size == int(40 * UNIT_SECONDS * 24_000)
    with pytest.raises(CslmError, match="silent"):
        pack.transcribe(np.zeros(16_000, np.float32))
    with pytest.raises(CslmError, match="French"):
        pack.translate("hello", "fr")
    with pytest.raises(CslmError, match="empty"):
        list(pack.speak(" "))
    with pytest.raises(CslmError, match="nothing in the text to be read aloud"):
        list(pack.speak("?!"))


@pytest.mark.parametrize("seed", [-1, 2**63])
def test_a_seed_that_cannot_be_is_refused(pack: Pack, seed: int) -> None:
    chat = pack.chat()
    for ask in (
        lambda: chat.ask("hello", seed=seed),
        lambda: chat.ask(speech(), seed=seed),
        lambda: chat.listen(seed=seed),
        lambda: chat.speak("hello", seed=seed),
    ):
        with pytest.raises(CslmError, match=f"The seed {seed} cannot be used"):
            ask()
    assert isinstance(list(chat.ask("hello", seed=2**63 - 1))[-1], TurnDone)


@pytest.mark.parametrize("temperature", [math.nan, math.inf, -0.1])
def test_a_temperature_that_cannot_be_is_refused(pack: Pack, temperature: float) -> None:
    chat = pack.chat()
    for ask in (
        lambda: chat.ask("hello", temperature=temperature),
        lambda: chat.listen(temperature=temperature),
    ):
        with pytest.raises(CslmError, match=r"The temperature .* cannot be used"):
            ask()
    assert chat_is_usable(chat)


def test_turns_that_were_never_followed_are_forgotten(pack: Pack) -> None:
    chat = pack.chat()
    for _ in range(5):
        chat.listen()
        chat.ask("hello")
        chat.speak("hello")
    assert len(chat._stops) == 1
    assert chat_is_usable(chat)
    assert chat._stops == {}
    chat.listen()
    chat.forget()
    assert chat._stops == {}


def test_a_failing_decoder_is_not_swallowed(pack: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: FakeVoiceStream, units: list[int]) -> None:
        raise RuntimeError("decoder bug")

    monkeypatch.setattr(FakeVoiceStream, "push", fail)
    with pytest.raises(RuntimeError, match="decoder bug"):
        list(pack.chat().ask("hello"))


def test_a_chat_that_is_dropped_may_be_collected_in_the_thread_of_its_voice(
    pack: Pack, monkeypatch: pytest.MonkeyPatch
) -> None:
    push = FakeVoiceStream.push
    dropped, collected = threading.Event(), threading.Event()

    def collecting(self: FakeVoiceStream, units: list[int]) -> np.ndarray:
        dropped.wait(5)
        gc.collect()
        collected.set()
        return push(self, units)

    monkeypatch.setattr(FakeVoiceStream, "push", collecting)
    gc.disable()
    try:
        chat = pack.chat()
        events = chat.ask("a b c d e f g h")
        for event in events:
            if isinstance(event, UnitsChunk):
                break
        del chat, events, event
        dropped.set()
        assert collected.wait(5)
    finally:
        gc.enable()


def test_the_model_goes_on_while_the_decoder_works_and_waits_when_it_falls_behind(
    pack: Pack, monkeypatch: pytest.MonkeyPatch
) -> None:
    push = FakeVoiceStream.push

    def slow(self: FakeVoiceStream, units: list[int]) -> np.ndarray:
        time.sleep(0.02)
        return push(self, units)

    monkeypatch.setattr(FakeVoiceStream, "push", slow)
    chat = pack.chat()
    deltas = sounds = ahead = 0
    for event in chat.ask("endless"):
        deltas += isinstance(event, TextDelta)
        if isinstance(event, Audio):
            sounds += 1
            ahead = max(ahead, deltas - event.chunk)
            if sounds == 40:
                break
    chat.close()
    assert 2 < ahead < 15


def heard_in_pieces(pack: Pack, pcm: np.ndarray) -> Heard:
    listening = pack.chat().listen()
    for piece in np.array_split(pcm, max(1, len(pcm) // 640)):
        listening.push(piece)
    heard = next(listening.finish())
    assert isinstance(heard, Heard)
    return heard


def test_in_a_pause_the_question_may_be_over(pack: Pack) -> None:
    """What is worked out then is what is heard, without the silence after it."""
    heard = heard_in_pieces(pack, np.concatenate([speech(1.0), np.zeros(9600, np.float32)]))
    expected = dialogue_of(pack).expected[-1]
    assert heard.text == f"{len(expected)} units"
    assert expected[-1] == 0
    assert len(expected) > 10


def test_who_speaks_on_after_a_pause_is_heard_as_if_there_was_none(pack: Pack) -> None:
    pause = np.zeros(6400, np.float32)
    pcm = np.concatenate([speech(1.0), pause, speech(0.7), pause, speech(0.5)])
    assert heard_in_pieces(pack, pcm) == next(iter(pack.chat().ask(pcm)))
    assert len(dialogue_of(pack).expected) == 0  # of the chat that was asked at once
    assert isinstance(pack.lm, FakeLm)
    assert len(pack.lm.dialogues[-2].expected) >= 2


def test_a_voice_that_was_taken_for_a_pause_is_not_lost(pack: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webrtcvad.Vad.is_speech", lambda *_: False)
    pcm = speech(1.5)
    assert heard_in_pieces(pack, pcm) == next(iter(pack.chat().ask(pcm)))


def test_a_pause_before_any_speech_is_none(pack: Pack) -> None:
    heard_in_pieces(pack, np.concatenate([np.zeros(16000, np.float32), speech(1.0)]))
    assert all(max(units) > 0 for units in dialogue_of(pack).expected)


def test_the_example_of_the_readme_runs(
    pack: Pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
    example = readme.split("```python\n")[1].split("```")[0]
    monkeypatch.setattr("cslm_core.pack.open_pack", lambda folder: pack if folder == tmp_path else None)
    monkeypatch.setattr(PackStore, "find", lambda _: FoundPack(tmp_path, pack.manifest, builtin=False))
    monkeypatch.chdir(tmp_path)
    write_wav("question.wav", speech(), 16_000)
    exec(compile(example, "README.md", "exec"), {})
    said = capsys.readouterr().out
    assert "heard (en): " in said
    assert " reply to" in said
    assert "first sound after 0." in said
    assert read_audio("reply.wav", rate=24_000).size == int(40 * UNIT_SECONDS * 24_000)
