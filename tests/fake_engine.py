"""What the engine process imports in tests: the stand-ins, and a gate that takes made-up sounds for speech."""

import os
import signal

import tests.fakes as fakes
from cslm_core.speech import SpeechGate

SpeechGate.standard = classmethod(lambda cls: fakes.LevelGate())  # type: ignore[assignment,method-assign]

if os.environ.get("CSLM_TEST_DIES"):
    os.kill(os.getpid(), signal.SIGSEGV)
