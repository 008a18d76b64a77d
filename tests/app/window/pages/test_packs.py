"""The page of the packs, used as a person does."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.session.notices import PackLoading, PackReady, Problem, StateChanged
from app.window.context import Context
from app.window.pages.packs import PacksPage
from app.window.pages.scorecard import read_scorecard
from cslm_core.errors import CslmError
from cslm_core.events import PackInfo
from cslm_core.packs.languages import ActiveLanguages
from cslm_core.packs.manifest import read_manifest
from trainer.language.figures import forgetting, shown_figures

CARD = {
    "schema": 1,
    "date": "2026-11-24",
    "figures": [
        {"name": "asr.a.en", "what": "ASR WER, English", "value": 0.2, "items": 20, "unit": "WER", "must": 0.25,
         "aim": 0.12, "higher": False, "low": None, "high": None, "met": "must"},
        {"name": "time.rtf", "what": "reply RTF", "value": 0.4, "items": 20, "unit": "ratio", "must": 0.9, "aim": 0.5,
         "higher": False, "low": None, "high": None, "met": "aim"},
        {"name": "tts.en.dnsmos", "what": "TTS DNSMOS", "value": 2.8, "items": 20, "unit": "MOS", "must": None,
         "aim": None, "higher": False, "low": None, "high": None, "met": ""},
    ],
}  # fmt: skip


def shown(page: PacksPage, qtbot: QtBot, count: int) -> None:
    qtbot.waitUntil(lambda: page.list.count() == count)


def chosen(page: PacksPage) -> str:
    pack = page.list.current_pack
    return pack.folder.name if pack is not None else ""


def texts(page: PacksPage) -> str:
    return "\n".join(label.text() for label in page.details.findChildren(QLabel))


def ready(folder: Path, context: Context, added: list[str] | None = None) -> PackReady:
    manifest = next(pack.manifest for pack in context.packs.scan()[0] if pack.folder == folder)
    info = PackInfo(
        name=manifest.name,
        version=manifest.version,
        title=manifest.title,
        languages=manifest.languages,
        listen_rate=16_000,
        speak_rate=24_000,
        digest=manifest.digest,
        added=added or [],
    )
    return PackReady(info, {})


@pytest.fixture
def page(context: Context, qtbot: QtBot, make_pack: Any) -> PacksPage:
    make_pack(context.packs.builtin_folder / "own", "own", scorecard=json.dumps(CARD))
    made = PacksPage(context)
    qtbot.addWidget(made)
    shown(made, qtbot, 1)
    return made


def test_a_pack_is_shown_with_its_parts_and_its_scorecard(page: PacksPage, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: page.details.chart is not None)
    assert "Apache-2.0" in texts(page)
    assert page.details.chart is not None
    assert "ASR WER, English: 20.0 %, reached" in page.details.chart.accessibleDescription()
    assert len(page.details.chart.figures) == 2
    assert page.details.all_figures is not None
    page.details.all_figures.click()
    assert len(page.details.chart.figures) == 3
    page.resize(900, 900)
    assert not page.grab().isNull()


def test_a_pack_without_a_scorecard_says_so(context: Context, qtbot: QtBot, make_pack: Any) -> None:
    make_pack(context.packs.user_folder / "bare-1.0.0", "bare")
    page = PacksPage(context)
    qtbot.addWidget(page)
    qtbot.waitUntil(lambda: "has not been measured" in texts(page))


def test_import_use_and_remove(
    page: PacksPage, context: Context, qtbot: QtBot, recorder: Any, make_pack: Any, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    source = make_pack(tmp_path / "new", "new")
    page.take_in(Path(shutil.make_archive(str(tmp_path / "new"), "zip", source)))
    assert not page.import_file.isEnabled()
    shown(page, qtbot, 2)
    assert "new 1.0.0 was imported" in page.outcome.sentence.text()
    pack = page.list.current_pack
    assert pack is not None
    assert pack.folder == context.packs.user_folder / "new-1.0.0"
    page.use.click()
    assert recorder.named("open_pack") == [(pack.folder,)]
    assert context.settings.conversing.pack == ""  # it is the choice as soon as it has shown that it can be loaded
    context.bridge.post(ready(pack.folder, context))
    qtbot.waitUntil(lambda: page.use.text() == "In use")
    assert context.settings.conversing.pack == "new 1.0.0"
    assert not page.remove.isEnabled()
    context.bridge.post(ready(context.packs.builtin_folder / "own", context))
    qtbot.waitUntil(lambda: page.remove.isEnabled())
    monkeypatch.setattr(page, "confirm", lambda question: False)
    page.remove.click()
    assert pack.folder.is_dir()
    monkeypatch.setattr(page, "confirm", lambda question: True)
    page.remove.click()
    shown(page, qtbot, 1)
    assert not pack.folder.exists()


def test_what_came_with_the_program_cannot_be_removed(page: PacksPage) -> None:
    assert not page.remove.isEnabled()
    assert "stay" in page.remove.toolTip()


def test_what_is_no_pack_is_refused_with_a_sentence(
    page: PacksPage, context: Context, qtbot: QtBot, tmp_path: Path
) -> None:
    wrong = tmp_path / "wrong.zip"
    wrong.write_bytes(b"no zip")
    page.take_in(wrong)
    qtbot.waitUntil(lambda: "damaged or not a zip" in page.outcome.sentence.text())
    assert not list(context.packs.user_folder.iterdir())


def test_verify_tells_a_whole_pack_from_a_damaged_one(page: PacksPage, context: Context, qtbot: QtBot) -> None:
    page.verify.click()
    qtbot.waitUntil(lambda: "is whole" in page.outcome.sentence.text())
    (context.packs.builtin_folder / "own" / "lm" / "config.json").write_text("[]")
    page.verify.click()
    qtbot.waitUntil(lambda: "damaged" in page.outcome.sentence.text())


def test_a_folder_that_is_no_pack_is_listed_with_its_reason(page: PacksPage, context: Context, qtbot: QtBot) -> None:
    (context.packs.user_folder / "rubbish").mkdir(parents=True)
    page.refresh(str(context.packs.user_folder / "rubbish"))
    shown(page, qtbot, 2)
    assert "has no pack.toml" in page.outcome.sentence.text()
    assert page.remove.isEnabled()
    assert not page.use.isEnabled()


def test_a_language_is_switched_on_off_and_back(
    page: PacksPage, context: Context, qtbot: QtBot, recorder: Any, make_pack: Any
) -> None:
    base = context.packs.builtin_folder / "own"
    for version in ("1.0.0", "2.0.0"):
        make_pack(context.packs.user_folder / f"spanish-{version}", "spanish", version, base=base)
    manifest = read_manifest(base)

    def active() -> list[str]:
        return [pack.manifest.version for pack in ActiveLanguages(context.packs).of(manifest)]

    for version in ("1.0.0", "2.0.0"):
        page.refresh(str(context.packs.user_folder / f"spanish-{version}"))
        qtbot.waitUntil(lambda version=version: chosen(page) == f"spanish-{version}")
        assert page.use.text() == "Switch on"
        page.use.click()
        qtbot.waitUntil(lambda version=version: active() == [version])
    qtbot.waitUntil(lambda: recorder.named("open_pack") == [(base,), (base,)])
    context.bridge.post(ready(base, context, ["spanish 2.0.0"]))
    qtbot.waitUntil(lambda: page.use.text() == "Switch off")
    page.back.click()
    qtbot.waitUntil(lambda: active() == ["1.0.0"])
    qtbot.waitUntil(lambda: page.use.isEnabled() or len(recorder.named("open_pack")) == 3)
    context.bridge.post(ready(base, context, ["spanish 2.0.0"]))
    qtbot.waitUntil(page.use.isEnabled)
    page.use.click()
    qtbot.waitUntil(lambda: active() == [])


def fails(context: Context, reason: str) -> None:
    """What the session tells when a pack cannot be loaded."""
    for notice in (
        StateChanged("starting", False, "hands-free"),
        PackLoading(0.0, "starting"),
        StateChanged("failed", False, "hands-free"),
        Problem("pack", reason, "choose-pack"),
    ):
        context.bridge.post(notice)


def test_a_pack_that_cannot_be_loaded_is_not_chosen_and_another_one_can_be(
    page: PacksPage, context: Context, qtbot: QtBot, recorder: Any, make_pack: Any
) -> None:
    own, bad = context.packs.builtin_folder / "own", make_pack(context.packs.user_folder / "bad-1.0.0", "bad")
    context.bridge.post(ready(own, context))
    qtbot.waitUntil(lambda: "is ready" in page.outcome.sentence.text())
    page.refresh(str(bad))
    qtbot.waitUntil(lambda: chosen(page) == "bad-1.0.0")
    page.use.click()
    fails(context, "The pack bad 1.0.0 is damaged.")
    qtbot.waitUntil(lambda: page.outcome.sentence.text() == "The pack bad 1.0.0 is damaged.")
    assert context.settings.conversing.pack == ""
    for folder in (bad, own):  # also the one before, which is not loaded any more
        page.refresh(str(folder))
        qtbot.waitUntil(lambda folder=folder: chosen(page) == folder.name)
        assert page.use.isEnabled()
        assert page.use.text() == "Use this pack"
    page.use.click()
    context.bridge.post(ready(own, context))
    qtbot.waitUntil(lambda: context.settings.conversing.pack == "own 1.0.0")
    assert recorder.named("open_pack") == [(bad,), (own,)]


def test_a_language_with_which_the_pack_cannot_be_loaded_is_switched_off_again(
    page: PacksPage, context: Context, qtbot: QtBot, make_pack: Any
) -> None:
    base = context.packs.builtin_folder / "own"
    for version in ("1.0.0", "2.0.0"):
        make_pack(context.packs.user_folder / f"spanish-{version}", "spanish", version, base=base)
    manifest = read_manifest(base)

    def active() -> list[str]:
        return [pack.manifest.version for pack in ActiveLanguages(context.packs).of(manifest)]

    def switch_on(version: str) -> None:
        page.refresh(str(context.packs.user_folder / f"spanish-{version}"))
        qtbot.waitUntil(lambda: chosen(page) == f"spanish-{version}" and page.use.isEnabled())
        page.use.click()
        qtbot.waitUntil(lambda: active() == [version] and page.outcome.sentence.text() == "Loading The own pack…")

    switch_on("1.0.0")
    context.bridge.post(ready(base, context, ["spanish 1.0.0"]))
    qtbot.waitUntil(lambda: context.bridge.pack is not None)
    switch_on("2.0.0")
    fails(context, "It is damaged.")
    qtbot.waitUntil(lambda: active() == ["1.0.0"])
    switch_on("1.0.0")  # which is in use, and has been damaged as well
    fails(context, "It is damaged.")
    qtbot.waitUntil(lambda: active() == [])


@pytest.mark.parametrize("text", ["{", "[]", '{"figures": [{"what": "x"}]}', '{"figures": 3}'])
def test_a_scorecard_that_cannot_be_understood(tmp_path: Path, text: str) -> None:
    (tmp_path / "scorecard.json").write_text(text)
    with pytest.raises(CslmError, match="damaged"):
        read_scorecard(tmp_path)


def test_the_scorecard_of_a_language_can_be_read(tmp_path: Path) -> None:
    """What the trainer writes of a language that it has taught is shown like any pack's."""
    rows: list[dict[str, Any]] = [
        {"task": "asr", "language": "es"},
        {"task": "tts", "language": "es"},
        {"task": "turn", "language": "en", "target": "es"},
        {"task": "turn", "language": "en", "target": "es"},
    ]
    figures = {"asr.es": 0.3, "tts.es": None, "right_language.en-es": 1.0, "similarity": 0.4}
    lost = forgetting({"asr.en": 0.4, "sensible.zh": 0.5}, {"asr.en": 0.6, "sensible.zh": 0.5})
    shown = [{**asdict(figure), "met": figure.met} for figure in shown_figures(figures, lost, rows, "Spanish")]
    (tmp_path / "scorecard.json").write_text(json.dumps({"figures": shown, "date": "2026-11-28"}))
    card = read_scorecard(tmp_path)
    assert card is not None
    by_name = {figure.what: figure for figure in card.figures}
    assert by_name["Words misheard, Spanish"].met == "must"
    assert by_name["Answers in the right language, English to Spanish"].items == 2
    assert by_name["Forgotten: recognition in English, worse by"].met == "no"
    assert by_name["Forgotten: answers in Mandarin, worse by"].met == "aim"
    assert len(card.measured) == 5
