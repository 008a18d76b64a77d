"""The small run of all eight steps, as `cslm-trainer language demo` makes it."""

import json
from pathlib import Path

import pytest
import torch

from cslm_core.errors import TrainingError
from cslm_core.packs.languages import ActiveLanguages
from cslm_core.packs.store import PackStore
from trainer.language.demo import run_demo
from trainer.language.job import STEPS, Job


def test_all_eight_steps_and_a_pack_that_goes_elsewhere(tmp_path: Path) -> None:
    threads = torch.get_num_threads()
    try:
        found = run_demo(tmp_path / "demo", print)
    finally:
        torch.set_num_threads(threads)
    assert found["steps"] == dict.fromkeys(STEPS, "done")
    job = Job.open(tmp_path / "demo" / "job")
    base = job.check_base()
    installed = {
        place: [pack for pack in PackStore(tmp_path / "demo" / place, tmp_path).scan()[0] if pack.manifest.base]
        for place in ("packs", "other-packs")
    }
    (here,), (there,) = installed.values()
    assert here.manifest.identity == found["pack"] == "tiny-sco 0.1.0"
    assert there.manifest.digest == here.manifest.digest, "what was exported is what was imported"
    assert (tmp_path / "demo" / "language.zip").stat().st_size == found["file_bytes"] < 2_000_000
    assert [
        pack.folder for pack in ActiveLanguages(PackStore(tmp_path / "demo" / "other-packs", tmp_path)).of(base)
    ] == [there.folder]
    assert ActiveLanguages(PackStore(tmp_path / "demo" / "packs", tmp_path)).of(base) == [], "it was taken back"
    card = json.loads((there.folder / "scorecard.json").read_text("utf-8"))
    assert card["items"] > 0
    with pytest.raises(TrainingError, match="is there already"):
        run_demo(tmp_path / "demo")
