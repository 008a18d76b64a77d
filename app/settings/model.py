"""The settings as a typed model. A new field needs a default; a field that changes its meaning needs a migration.

Knows nothing of files (`file.py`) and of the window.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["SCHEMA", "Appearance", "AudioSettings", "Conversing", "Settings"]

SCHEMA = 1


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", validate_default=True)


class AudioSettings(_Part):
    """Devices by name ("" follows the system's default) and how speech is told from noise."""

    microphone: str = ""
    loudspeaker: str = ""
    mode: Literal["hands-free", "push-to-talk"] = "hands-free"
    muted: bool = False
    sensitivity: float = Field(0.5, ge=0.0, le=1.0)
    """0: only loud and clear speech starts a turn; 1: a whisper does."""
    pause: float = Field(0.6, ge=0.2, le=3.0)
    """Seconds of silence that end a question."""
    volume: float = Field(1.0, ge=0.0, le=1.0)
    echo_cancellation: bool = True
    noise_suppression: bool = True
    gain_control: bool = True
    duplex: Literal["full", "cautious", "half"] = "cautious"
    """full: any speech interrupts; cautious: it must be loud and go on; half: the microphone rests while it speaks."""
    echo_delay_ms: float = Field(0.0, ge=0.0, le=1000.0)
    """As calibrated; 0: not calibrated, measured while running."""


class Conversing(_Part):
    pack: str = ""
    """Name of the pack ("" takes the first one found)."""
    input_language: str = "auto"
    reply_language: str = "auto"
    speak_replies: bool = True
    private: bool = False
    """New conversations are not stored."""
    keep_sound: bool = True
    """Questions and replies are stored with their sound."""
    temperature: float | None = Field(None, ge=0.0, le=2.0)
    threads: int = Field(0, ge=0, le=256)
    """Cores of the engine; 0: as many as serve."""


class Appearance(_Part):
    language: Literal["", "en", "zh_CN"] = ""
    """Of the interface; "" follows the system."""
    theme: Literal["system", "light", "dark"] = "system"
    font_size: int = Field(0, ge=0, le=32)
    """Points; 0: the system's."""
    tray: bool = True
    show_latency: bool = False


class Settings(_Part):
    schema_version: int = SCHEMA
    audio: AudioSettings = AudioSettings()
    conversing: Conversing = Conversing()
    appearance: Appearance = Appearance()
    shortcuts: dict[str, str] = Field(
        default_factory=lambda: {"push_to_talk": "F9", "stop": "Esc", "mute": "Ctrl+M", "new": "Ctrl+N"}
    )
