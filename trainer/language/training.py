"""The training of a new language: a process of its own on a job folder (paper, training and last section).

    python -m trainer.language.training JOB                                          # begin or resume
    accelerate launch --config_file trainer/recipes/accelerate/ddp-cpu.yaml -m trainer.language.training JOB

(Every process has the whole model: `workers.py` says why FSDP and DeepSpeed are refused.)
A batch is a function of seed and step, checkpoints hold weights, moments and counters: a run that was killed goes on as
if nothing had happened, to the bit. What becomes of it is said in `progress.jsonl`; what it is told is in `control.py`.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import math
import os
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import msgspec
import torch
from torch import Tensor, nn

from cslm_core.errors import CslmError, TrainingError
from cslm_core.lm.adapter import Adapter
from cslm_core.lm.layout import TokenLayout, read_layout
from trainer.language.again import is_begun
from trainer.language.checkpoints import Checkpoints
from trainer.language.configuration import Config, load_config, save_config, settle
from trainer.language.control import clear_wish, read_wish
from trainer.language.digest import corpus_digest
from trainer.language.job import Job
from trainer.language.known import bring_known
from trainer.language.lora import Taught, base_state
from trainer.language.mixture import LanguageMixture, Material, load_material
from trainer.language.noting import MENDABLE, note_failure, out_of_memory, told
from trainer.language.records import RecordWriter
from trainer.language.replay import open_replay
from trainer.language.units import load_hears, prepare_units
from trainer.language.vocabulary import choose_tokens, heard_before, start_rows
from trainer.language.watch import Watch
from trainer.language.workers import Workers, in_company, is_main
from trainer.lm.confusions import Confusions
from trainer.lm.examples import Builder, Example
from trainer.lm.packing import NO_TARGET, Packed, pack
from trainer.optimiser import row_group
from trainer.tokenizer.train import PHONEMES_FILE

__all__ = ["Run", "begin", "main", "train"]

STEP: Final = "training"
_ETA_OVER: Final = 40
"""Steps of this run whose mean time the ETA goes by."""
_POLL: Final = 0.2
_BESIDE_KNOWN: Final = 160
"""Sentences that are rehearsed at most where the base's own corpora are replayed: they are for its own voice."""


class Run:
    """A training on its job folder, at the step of its newest whole checkpoint."""

    def __init__(
        self,
        job: Job,
        config: Config,
        *,
        workers: Workers | None = None,
        fault: Callable[[int], None] | None = None,
    ) -> None:
        """`fault` is called before each step with its number; tests let it run out of memory."""
        self.job, self.config, self._fault = job, config, fault
        manifest = job.check_base()
        if config.base != manifest.digest and config.lm != manifest.part_digest("lm"):
            raise TrainingError(
                "The base pack has changed since the training was begun; plan it again (`plan --again`)."
            )
        torch.set_num_threads(config.threads)
        torch.manual_seed(config.seed)
        self.workers = workers or Workers(config.device)
        self.folder = Path(job.base.folder) / manifest.component("lm").folder
        self.material = load_material(job)
        self.model = self._taught(self.material)
        self.layout = self._extended()
        if config.within != 1:
            self.model.weigh(torch.from_numpy(self.layout.alike), config.within)
        builder = Builder(self.layout, self._confusions(Path(job.base.folder) / manifest.component("tokenizer").folder))
        self.mixture = LanguageMixture(
            builder,
            self.material,
            open_replay(job, builder, config.seed, config.row),
            seed=config.seed,
            longest=config.row,
            cpt_steps=config.cpt_steps,
            sft_steps=config.sft_steps,
            replay_share=config.replay_share,
            grown=bool(config.start),
        )
        self.model.to(self.workers.device)
        if config.precision == "bfloat16":
            self.model.halve()
        self.optimiser = _optimiser(self.model, config)
        self.wrapped = self.workers.wrap(self.model)
        self.checkpoints = Checkpoints(job.training / "checkpoints")
        self.step = self.tokens = 0
        self.seconds = 0.0
        self.micro_rows = config.micro_rows
        self.notes: list[str] = []
        self._load()

    def _taught(self, material: Material) -> Taught:
        config = self.config
        layout = TokenLayout.load(self.folder)
        tokens = choose_tokens(material.texts(), material.language, layout, config.text_rows)
        table = base_state(self.folder)["model.embed_tokens.weight"]
        hears = load_hears(self.job, layout)
        return Taught(
            self.folder,
            language=material.language,
            characters=tokens.characters,
            changed=tokens.changed,
            new_rows=start_rows(table, self.job.language.name, tokens.characters, layout),
            method="full" if config.method == "full" else "adapter",
            rank=config.rank,
            scale=config.scale,
            seed=config.seed,
            hears=hears,
            before=heard_before(layout, hears),
            attention="eager" if torch.device(self.workers.device).type == "cpu" else "sdpa",
        )

    def _extended(self) -> TokenLayout:
        from cslm_core.lm.adapter import extend_layout

        tokenizer, description, _ = extend_layout(*read_layout(self.folder), [self.model.adapter()])
        return TokenLayout(tokenizer, description)

    @staticmethod
    def _confusions(tokenizer: Path) -> Confusions | None:
        """None for a pack whose tokenizer does not say which phoneme a code stands for."""
        return Confusions.of_tokenizer(tokenizer) if (tokenizer / PHONEMES_FILE).is_file() else None

    # --- checkpoints ---

    def save(self) -> None:
        """A checkpoint of now, if there is none; and the adapter, from which a training that is planned again goes on.

        CslmError when the disk refuses; the last good checkpoint is kept.
        """
        if self.workers.main and (not self.checkpoints.steps() or self.checkpoints.steps()[-1] != self.step):
            state: dict[str, Tensor] = {}
            for name, parameter in self.model.learnt().items():
                state[f"model.{name}"] = parameter
                for key, value in self.optimiser.state.get(parameter, {}).items():
                    state[f"{key}.{name}"] = value
            about = {"tokens": self.tokens, "seconds": round(self.seconds, 3), "micro_rows": self.micro_rows}
            self.checkpoints.save(self.step, state, about)
            self.model.adapter().save(self.job.training / "adapter")
        self.workers.wait()

    def _load(self) -> None:
        found = self.checkpoints.newest()
        if found is None:
            if self.config.start:
                self.model.begin_with(Adapter.load(self.job.folder / self.config.start))
            return
        state, about, damaged = found
        try:
            for name, parameter in self.model.learnt().items():
                with torch.no_grad():
                    parameter.copy_(state[f"model.{name}"])
                if f"exp_avg.{name}" in state:
                    moments = {key: state[f"{key}.{name}"] for key in ("step", "exp_avg", "exp_avg_sq")}
                    device = parameter.device
                    self.optimiser.state[parameter] = {k: v.to(device) for k, v in moments.items()}
        except (KeyError, RuntimeError) as error:
            raise TrainingError(
                "The checkpoints are of another corpus or other settings; plan the training again (`plan --again`)."
            ) from error
        self.step, self.tokens = int(about["step"]), int(about["tokens"])
        self.seconds, self.micro_rows = float(about["seconds"]), int(about["micro_rows"])
        if damaged:
            self.notes.append(
                f"The checkpoint of step {damaged[0]} was damaged; the training goes on from step {self.step}."
            )

    # --- steps ---

    def rate(self) -> float:
        """The learning rate of the next step: warm-up, then a cosine down to a twentieth at the end of both stages."""
        config = self.config
        share = min(1.0, self.step / max(1, config.steps))
        return (
            config.peak * min(1.0, (self.step + 1) / config.warmup) * (0.05 + 0.475 * (1 + math.cos(math.pi * share)))
        )

    def train_step(self, examples: list[Example] | None = None) -> dict[str, Any]:
        """One optimiser step, on `examples` instead of those of the mixture if they are given.

        When memory runs out, fewer rows are computed at once, down to one; then TrainingError. With several processes
        at once, since all of them must compute as many: the others would wait for ever.
        """
        began = time.monotonic()
        stage = self.mixture.stage(self.step)
        drawn = self.mixture.batch(self.step, self.config.step_tokens) if examples is None else examples
        held, learnt = ([e for e in drawn if e.held is kind] for kind in (True, False))
        packed = [pack(examples, self.config.row) for examples in (learnt, held) if examples]
        while True:
            try:
                if self._fault is not None:
                    self._fault(self.step)
                loss = self._backward(packed)
                break
            except (MemoryError, RuntimeError) as error:
                if not out_of_memory(error):
                    raise
                self._smaller(error)
        norm = float(nn.utils.clip_grad_norm_(list(self.model.learnt().values()), 1.0))
        rate = self.rate()
        if not math.isfinite(loss) or not math.isfinite(norm):
            raise TrainingError(
                f"The loss is no number any more at step {self.step}; resume with a smaller learning rate (peak)."
            )
        for group in self.optimiser.param_groups:
            group["lr"] = rate * group["factor"]
        self.optimiser.step()
        self.optimiser.zero_grad(set_to_none=True)
        self.step += 1
        tokens = sum(part.tokens for part in packed)
        self.tokens += tokens
        took = time.monotonic() - began
        self.seconds += took
        return {
            "step": self.step,
            "stage": stage,
            "loss": round(loss, 5),
            "norm": round(norm, 4),
            "rate": rate,
            "tokens": self.tokens,
            "tokens_per_second": round(tokens / took, 1),
            "took": round(took, 4),
        }

    def _backward(self, packed: list[Packed]) -> float:
        """Gradients of the mean loss over the learnt tokens of all processes; that loss."""
        learnt = max(1, sum(int((some.targets != NO_TARGET).sum()) for some in packed))
        parts = self.workers.share([part for some in packed for part in some.split(self.micro_rows)])
        total = torch.zeros((), device=self.workers.device)
        for number, part in enumerate(parts):
            with self.workers.accumulating(self.wrapped, last=number == len(parts) - 1), self.arithmetic():
                loss = self.wrapped(*self.workers.put(part)) / learnt
                # Processes average their gradients; the sum is wanted.
                (loss * self.workers.count).backward()
            total += loss.detach()
        return float(self.workers.sum(total))

    def arithmetic(self) -> contextlib.AbstractContextManager[Any]:
        """In which the model is to be computed."""
        kind = torch.device(self.workers.device).type
        return torch.autocast(kind, torch.bfloat16, enabled=self.config.precision == "bfloat16")

    def _smaller(self, error: BaseException) -> None:
        self.optimiser.zero_grad(set_to_none=True)
        del error
        gc.collect()
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
        if self.workers.count > 1:
            raise TrainingError(
                f"Process {self.workers.rank + 1} of {self.workers.count} has not enough memory for {self.micro_rows}"
                " rows at once; resume with one process, which finds out by itself how many it can compute."
            ) from None
        if self.micro_rows <= 1:
            raise TrainingError(
                "There is not enough memory even for one row at a time; close other programs, or begin with a smaller"
                " 'row'."
            ) from None
        self.micro_rows = max(1, self.micro_rows // 2)
        self.notes.append(
            f"There was not enough memory: from step {self.step} on {self.micro_rows} rows are computed at once and"
            " their gradients accumulated; the result is the same."
        )


def _optimiser(model: Taught, config: Config) -> torch.optim.AdamW:
    rows = [model.row_delta, model.new_rows]
    others = [p for p in model.learnt().values() if all(p is not row for row in rows)]
    decayed = [p for p in others if p.dim() >= 2]
    plain = [p for p in others if p.dim() < 2]
    groups = [
        {"params": decayed, "weight_decay": config.weight_decay, "factor": 1.0},
        {"params": plain, "weight_decay": 0.0, "factor": 1.0},
        row_group(rows, config.rows_factor),
    ]
    return torch.optim.AdamW([g for g in groups if g["params"]], lr=config.peak, betas=(0.9, 0.95), fused=True)


# --- a whole run ---


def begin(job: Job, progress: Callable[[float, str], None] | None = None, **wishes: Any) -> Config:
    """Settle what the training is and prepare units and rehearsal, unless that was done. Hold the job's lock.

    TrainingError when it was begun with another corpus or other texts.
    """
    from trainer.language.replay import rehearse

    tell = progress or (lambda share, what: None)
    config, begun, corpus = load_config(job), is_begun(job), corpus_digest(job)
    if config is None:
        config = settle(job, **wishes)
        if not job.option("replay", []) and bring_known(job):
            config = msgspec.structs.replace(config, rehearsal=min(config.rehearsal, _BESIDE_KNOWN))
    if not begun:
        config = msgspec.structs.replace(config, corpus=corpus)
    elif config.corpus not in ("", corpus):
        raise TrainingError(
            "The corpus or the texts have changed since the training was begun, so that it cannot go on as it was; put"
            " them back, or plan it again (`plan --again`): it then goes on from what it has learnt."
        )
    prepare_units(job, steps=config.align_steps, progress=lambda share, what: tell(0.6 * share, what))
    if config.rehearsal and not job.option("replay", []):
        from cslm_core.lm.load import load_lm

        manifest = job.check_base()
        lm = load_lm(Path(job.base.folder) / manifest.component("lm").folder, "cpu", config.threads)
        rehearse(
            job,
            lm,
            config.rehearsal,
            config.seed,
            lambda done: tell(0.6 + 0.4 * min(1, done / config.rehearsal), "rehearsing"),
        )
    save_config(job, config)
    return config


def train(job: Job, *, fault: Callable[[int], None] | None = None, **wishes: Any) -> str:
    """Begin or resume, until the end, a stop or a failure; how it ended ("done" or "stopped").

    Hold the job's lock. CslmError with the reason, which is also noted in the job.
    """
    with contextlib.ExitStack() as open_files:
        records: RecordWriter | None = None
        try:
            if is_main():
                job.begin(STEP, "The training is being prepared.")
                records = open_files.enter_context(RecordWriter(job.progress))
                clear_wish(job)
            workers = Workers(_device_of(job)) if in_company() else None
            config = begin(job, _preparing(job), **wishes) if is_main() else None
            if workers is not None:
                workers.wait()  # until the first process has prepared everything
                config = load_config(job)
            if config is None:
                raise TrainingError("The first process could not begin the training; look at what it said.")
            return _loop(Run(job, config, workers=workers, fault=fault), records)
        except (*MENDABLE, KeyboardInterrupt) as error:
            reason = _reason(error)
            if reason is None:
                raise
            if records is not None:
                with contextlib.suppress(CslmError):  # the disk may be what failed
                    records.write("end", how="failed", sentence=str(reason))
            if is_main() or not isinstance(error, KeyboardInterrupt):
                note_failure(job, STEP, reason)
            if reason is error or isinstance(error, KeyboardInterrupt):
                raise
            raise reason from error


def _reason(error: BaseException) -> CslmError | None:
    """What the user is told of what has ended a training; None for a bug."""
    if isinstance(error, KeyboardInterrupt):
        return TrainingError("The training was interrupted; it goes on from its last checkpoint.")
    if out_of_memory(error) and not isinstance(error, CslmError):
        return TrainingError(
            "There is not enough memory for this training; close other programs and resume, or plan it again"
            " (`plan --again`) with a smaller 'row' or 'rank'."
        )
    return told(error)


def _loop(run: Run, records: RecordWriter | None) -> str:
    job, config = run.job, run.config
    write = records.write if records is not None else _no_record
    write("start", step=run.step, steps=config.steps, cpt_steps=config.cpt_steps, tokens=run.tokens,
          resumed=run.step > 0, workers=run.workers.count, precision=config.precision)  # fmt: skip
    watch = Watch(run) if records is not None else None
    times: deque[float] = deque(maxlen=_ETA_OVER)
    if watch is not None and run.step == 0:
        watch(write)
    while run.step < config.steps:
        wish = run.workers.agree(read_wish(job))
        if wish == "pause":
            run.save()
            write("paused", step=run.step)
            _note(run, records, "It is paused.")
            while run.workers.agree(read_wish(job)) == "pause":
                time.sleep(_POLL)
            write("resumed", step=run.step)
            continue
        if wish == "stop":
            run.save()
            write("end", how="stopped", step=run.step, sentence="It was stopped and saved; it can be resumed.")
            if records is not None:
                job.fail(STEP, f"It was stopped and saved at step {run.step} of {config.steps}; it can be resumed.",
                         {"done": run.step, "of": config.steps})  # fmt: skip
            return "stopped"
        said = run.train_step()
        times.append(said.pop("took"))
        eta = sum(times) / len(times) * (config.steps - run.step)
        write("step", **said, eta=round(eta, 1), memory=_memory())
        while run.notes:
            write("note", step=run.step, sentence=run.notes.pop(0))
        if run.step % 10 == 0 or run.step == config.steps:
            _note(run, records, f"Step {run.step} of {config.steps}, loss {said['loss']:.3f}.", eta)
        if run.step % config.evaluate_every == 0 or run.step == config.steps:
            if watch is not None:
                watch(write)
            run.workers.wait()
        if run.step % config.save_every == 0 or run.step == config.steps:
            run.save()
            if records is not None:
                records.sync()
    run.save()
    if records is not None:
        run.model.adapter().save(job.training / "adapter")
        write("end", how="done", step=run.step, sentence="The training has come to its end.")
        job.finish(STEP, f"{run.step} steps, {run.tokens} tokens in {run.seconds / 60:.0f} minutes.",
                   {"done": run.step, "of": config.steps, "tokens": run.tokens})  # fmt: skip
    return "done"


def _device_of(job: Job) -> str:
    begun = load_config(job)
    return begun.device if begun is not None else settle(job).device


def _preparing(job: Job) -> Callable[[float, str], None]:
    """Notes how far the preparation is, now and then."""
    noted = [0.0]

    def tell(share: float, what: str) -> None:
        if time.monotonic() - noted[0] > 0.5:
            noted[0] = time.monotonic()
            job.advance(STEP, f"Preparing: {what}.", percent=round(100 * share))

    return tell


def _note(run: Run, records: RecordWriter | None, sentence: str, eta: float = 0.0) -> None:
    if records is not None:
        run.job.advance(STEP, sentence, done=run.step, of=run.config.steps, eta=round(eta))


def _no_record(kind: str, **values: Any) -> dict[str, Any]:
    return {}


def _memory() -> int:
    import psutil

    return int(psutil.Process(os.getpid()).memory_info().rss)


@contextlib.contextmanager
def _locked(job: Job) -> Iterator[None]:
    if is_main():
        with job.lock("train"):
            yield
    else:
        yield


def main(arguments: list[str] | None = None) -> int:
    """0 done or stopped, 2 with a sentence on the standard error."""
    parser = argparse.ArgumentParser(prog="python -m trainer.language.training", description=__doc__)
    parser.add_argument("job", type=Path)
    options = parser.parse_args(arguments)
    try:
        job = Job.open(options.job)
        with _locked(job):
            train(job)
    except CslmError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
