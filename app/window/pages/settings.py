"""The page of the settings: everything that can be set, applied and kept as soon as it is chosen.

Knows nothing of files and of what the session does with them.
"""

from __future__ import annotations

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QMessageBox, QPushButton, QWidget

from app.audio.events import DeviceKind
from app.session.notices import LevelChanged
from app.settings.model import Settings
from app.window.context import Context
from app.window.conversation.wording import language_name
from app.window.levels import LevelMeter
from app.window.pages.devices import DeviceChoices
from app.window.pages.fields import Choice, Fields, with_field
from app.window.pages.parts import Form, Outcome, Page, label
from app.window.pages.shortcuts import ShortcutsEditor

__all__ = ["SettingsPage"]


class SettingsPage(Page):
    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self.set_lead(self.tr("What is changed here is applied and kept at once."))
        self.fields = Fields(context, self)
        self._sound()
        self._listening()
        self._conversation()
        self._appearance()
        card = self.card(self.tr("Shortcuts"))
        self.shortcuts = ShortcutsEditor(context)
        card.body.addWidget(self.shortcuts)
        self._advanced()
        self.reset = QPushButton(self.tr("Reset everything to the defaults…"))
        self.reset.setAccessibleDescription(
            self.tr("Set all settings back; conversations, packs and the choice of the pack stay")
        )
        self.reset.clicked.connect(self._reset)
        line = QHBoxLayout()
        line.addWidget(self.reset)
        line.addStretch(1)
        self.body.addLayout(line)
        context.bridge.pack_ready.connect(self._fill_languages)
        context.bridge.pack_lost.connect(self._fill_languages)
        context.settings_changed.connect(self._show_pack)
        self._fill_languages()

    def _form(self, heading: str, lead: str = "") -> Form:
        form = Form()
        self.card(heading, lead).body.addLayout(form)
        return form

    def _show_level(self, level: LevelChanged) -> None:
        self.meter.show_level(level.dbfs, level.speech, clipped=level.clipped)

    # sections

    def _sound(self) -> None:
        fields, form = self.fields, self._form(self.tr("Sound"))
        self.devices = DeviceChoices(self.context, fields, self)
        self.meter = LevelMeter()
        self.context.bridge.level_changed.connect(self._show_level)
        form.row(self.tr("Microphone"), self.devices.microphone, "", self.meter)
        self.muted = fields.check("audio.muted", self.tr("Muted: nothing is listened to"))
        form.check(self.muted)
        form.row(self.tr("Loudspeaker"), self.devices.loudspeaker)
        self.volume, written = fields.slider("audio.volume", lambda fraction: f"{fraction * 100:.0f} %")
        form.row(self.tr("Volume"), self.volume, "", written)
        self.device_problem = Outcome()
        form.addWidget(self.device_problem, form.rowCount(), 0, 1, 2)
        self.context.bridge.device_changed.connect(self._show_devices)
        self.devices.filled.connect(self._show_devices)
        self._show_devices()

    def _listening(self) -> None:
        fields, form = self.fields, self._form(self.tr("Listening"))
        self.mode = fields.choice(
            "audio.mode",
            [(self.tr("Hands-free: just speak"), "hands-free"), (self.tr("Push to talk: hold a key"), "push-to-talk")],
        )
        form.row(self.tr("Mode"), self.mode)
        self.sensitivity, written = fields.slider("audio.sensitivity", lambda fraction: f"{fraction * 100:.0f} %")
        form.row(
            self.tr("Sensitivity"),
            self.sensitivity,
            self.tr("Low: only loud and clear speech begins a question. High: a whisper does."),
            written,
        )
        self.pause = fields.decimal("audio.pause", 0.2, 3.0, 0.1, self.tr(" s"))
        form.row(self.tr("Pause"), self.pause, self.tr("So much silence ends a question."))
        self.duplex = fields.choice(
            "audio.duplex",
            [
                (self.tr("Full: any speech interrupts"), "full"),
                (self.tr("Cautious: loud speech that goes on interrupts"), "cautious"),
                (self.tr("Half: the microphone rests while it speaks"), "half"),
            ],
        )
        calibrate = QPushButton(self.tr("Calibrate…"))
        calibrate.setAccessibleDescription(self.tr("Measure echo and delay, and choose the mode that fits"))
        calibrate.clicked.connect(lambda: self.context.show_page("calibration"))
        form.row(
            self.tr("Interrupting"),
            self.duplex,
            self.tr("Calibrating measures the echo of the loudspeaker and chooses what works here."),
            calibrate,
        )
        self.echo_delay = fields.decimal("audio.echo_delay_ms", 0.0, 1000.0, 5.0, self.tr(" ms"))
        self.echo_delay.setSpecialValueText(self.tr("measured while running"))
        form.row(self.tr("Echo delay"), self.echo_delay)
        form.check(fields.check("audio.echo_cancellation", self.tr("Cancel the echo of the loudspeaker")))
        form.check(fields.check("audio.noise_suppression", self.tr("Suppress noise")))
        form.check(fields.check("audio.gain_control", self.tr("Adjust the level of the microphone automatically")))

    def _conversation(self) -> None:
        fields, form = self.fields, self._form(self.tr("Conversation"))
        self.pack_name = label("", selectable=True)
        choose = QPushButton(self.tr("Packs…"))
        choose.setAccessibleDescription(self.tr("See and choose packs"))
        choose.clicked.connect(lambda: self.context.show_page("packs"))
        form.row(self.tr("Pack"), self.pack_name, "", choose)
        self.input_language = fields.choice("conversing.input_language", [])
        form.row(self.tr("Language of questions"), self.input_language)
        self.reply_language = fields.choice("conversing.reply_language", [])
        form.row(self.tr("Language of replies"), self.reply_language)
        form.check(fields.check("conversing.speak_replies", self.tr("Speak the replies")))
        form.check(
            fields.check("conversing.keep_sound", self.tr("Keep the sound of questions and replies")),
            self.tr("Needed to hear them again after the program was closed."),
        )
        form.check(
            fields.check("conversing.private", self.tr("New conversations are private")),
            self.tr("A private conversation is never written to the disk and is gone when the program ends."),
        )

    def _appearance(self) -> None:
        fields, form = self.fields, self._form(self.tr("Appearance"))
        self.language = fields.choice(
            "appearance.language",
            [(self.tr("Follow the system"), ""), ("English", "en"), ("简体中文", "zh_CN")],
        )
        form.row(self.tr("Language of the window"), self.language)
        self.theme = fields.choice(
            "appearance.theme",
            [(self.tr("Follow the system"), "system"), (self.tr("Light"), "light"), (self.tr("Dark"), "dark")],
        )
        form.row(self.tr("Theme"), self.theme)
        self.font_size = fields.number("appearance.font_size", 7, 32, self.tr(" pt"), nothing=self.tr("as the system"))
        form.row(self.tr("Size of letters"), self.font_size)
        form.check(
            fields.check("appearance.tray", self.tr("Show an icon in the system's tray")),
            self.tr("With it the program keeps listening when its window is closed."),
        )
        form.check(fields.check("appearance.show_latency", self.tr("Show below each reply how long it took")))

    def _advanced(self) -> None:
        fields, form = self.fields, self._form(self.tr("Advanced"))
        self.temperature = fields.decimal(
            "conversing.temperature", 0.0, 2.0, 0.05, "", nothing=self.tr("as the pack is best used")
        )
        form.row(
            self.tr("Temperature"),
            self.temperature,
            self.tr("0: always the likeliest answer. Higher: more variety, more nonsense."),
        )
        self.threads = fields.number("conversing.threads", 1, 256, "", nothing=self.tr("as many as serve"))
        form.row(self.tr("Cores for the model"), self.threads, self.tr("Takes effect when the pack is loaded again."))

    # what changes meanwhile

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.devices.refresh()

    def _fill_languages(self) -> None:
        pack = self.context.bridge.pack
        languages: list[Choice] = [(language_name(code), code) for code in (pack.languages if pack else [])]
        self.fields.fill(self.input_language, [(self.tr("Recognise it"), "auto"), *languages])
        self.fields.fill(self.reply_language, [(self.tr("As the question"), "auto"), *languages])
        self._show_pack()

    def _show_pack(self) -> None:
        pack = self.context.bridge.pack
        chosen = self.context.settings.conversing.pack
        name = f"{pack.title} {pack.version}" if pack else chosen or self.tr("the first one found")
        self.pack_name.setText(name)
        self.pack_name.setAccessibleDescription(name)

    def _show_devices(self) -> None:
        """Say in words which devices are really in use when they are not those that were chosen."""
        sentences = []
        audio, used = self.context.settings.audio, self.context.bridge.devices
        kinds: tuple[tuple[DeviceKind, str], ...] = (
            ("microphone", audio.microphone),
            ("loudspeaker", audio.loudspeaker),
        )
        for kind, setting in kinds:
            notice, wanted = used.get(kind), self.devices.called(kind, setting)
            if notice is not None and wanted and notice.name and notice.name != wanted:
                sentences.append(self.tr("{0} is not there; {1} is used.").format(wanted, notice.name))
        self.device_problem.tell(" ".join(sentences))

    def _reset(self) -> None:
        question = self.tr(
            "Set every setting back to its default? Conversations, packs and the choice of the pack stay."
        )
        if self.confirm(question):
            # Which pack answers is chosen on a page of its own: setting it back would load another one.
            self.context.change(with_field(Settings(), "conversing.pack", self.context.settings.conversing.pack))

    def confirm(self, question: str) -> bool:
        """Ask before something is lost."""
        box = QMessageBox(QMessageBox.Icon.Question, self.tr("Reset the settings"), question, parent=self)
        yes = box.addButton(self.tr("Reset"), QMessageBox.ButtonRole.DestructiveRole)
        no = box.addButton(self.tr("Keep"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(no)
        box.exec()
        return box.clickedButton() is yes
