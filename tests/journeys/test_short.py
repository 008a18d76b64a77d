"""The short form of the journeys: the real window, pack, engine, and a spoken question through a virtual sound card.

In a process of its own: a journey needs a real screen, the other tests of the window an offscreen one.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.journeys.virtual import missing_programs

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.pack
@pytest.mark.slow
@pytest.mark.timeout(420)
@pytest.mark.skipif(bool(missing_programs()), reason=f"needs {', '.join(missing_programs())} (make tools)")
def test_a_user_asks_interrupts_and_survives_a_crash(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.journeys", "--short", "--json", str(tmp_path / "journeys.json")],
        cwd=ROOT, capture_output=True, text=True, timeout=400, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    figures = json.loads((tmp_path / "journeys.json").read_text("utf-8"))
    assert figures["question"]["heard"]
    assert figures["killed"]["told"].endswith(".")
