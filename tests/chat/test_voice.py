"""The voice's thread: what goes wrong in it is told, and it keeps no program from ending."""

import subprocess
import sys
import threading

import pytest

from cslm_core.components import SpeechDecoder
from cslm_core.voice import Voice


def test_a_program_may_end_in_the_middle_of_a_reply() -> None:
    code = """
import threading
from cslm_core.voice import Voice
voice = Voice(lambda: None, 0, threading.Event())
print("over")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "over\n"


def test_a_decoder_that_fails_is_told() -> None:
    def broken() -> SpeechDecoder:
        raise ValueError("no sound")

    voice = Voice(broken, 0, threading.Event())
    try:
        with pytest.raises(ValueError, match="no sound"):
            for _ in range(1000):
                list(voice.say(0, 1))
            list(voice.finish())
    finally:
        voice.close()
