"""How threads wait is said before anything that reads it is loaded, and can be said by the user."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

_SHOW = "import os, sys, {0}; print(os.environ['OMP_WAIT_POLICY'], 'torch' in sys.modules)"


@pytest.mark.parametrize("package", ["cslm_core", "trainer"])
@pytest.mark.parametrize(("said", "expected"), [(None, "PASSIVE"), ("ACTIVE", "ACTIVE")])
def test_threads_wait_asleep_unless_told_otherwise(package: str, said: str | None, expected: str) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "OMP_WAIT_POLICY"}
    if said is not None:
        environment["OMP_WAIT_POLICY"] = said
    shown = subprocess.check_output([sys.executable, "-c", _SHOW.format(package)], env=environment, text=True)
    assert shown.split() == [expected, "False"]
