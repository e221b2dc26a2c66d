"""What the logs of a folder hold of a plan, on the simulated models in this process."""

from dataclasses import replace
from pathlib import Path

import pytest
from inspect_ai.log import EvalError, list_eval_logs, read_eval_log, write_eval_log
from inspect_ai.model import GenerateConfig

from turncoat.design import Grid, Plan
from turncoat.engine import JudgeChoice, Limits, Progress, Request, run
from turncoat.engine.resume import Slot, slots, standing, write_seed
from turncoat.results import logs_in

CELLS = Grid().default_conditions()


class Watching:
    """A sink that keeps the counts as they were told."""

    def __init__(self) -> None:
        self.finished: list[int] = []

    def __call__(self, progress: Progress) -> None:
        self.finished.append(progress.finished)


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Request:
    monkeypatch.setenv("INSPECT_CACHE_DIR", str(tmp_path / "cache"))
    return Request(
        models=("sim/mixed",),
        plans={"coercion": Plan(CELLS, (1, 2))},
        judge=JudgeChoice("sim/judge"),
        config=GenerateConfig(temperature=1.0),
        out=tmp_path / "run",
    )


def ran(request: Request, plan: Plan | None = None) -> Progress:
    """The final counts of one attempt."""
    plans = {"coercion": plan} if plan else request.plans
    done = run(replace(request, plans=plans), Watching())
    assert done.complete
    return done.progress


def test_a_finished_plan_is_finished(asked: Request) -> None:
    assert ran(asked).done == 8
    again = ran(asked)
    assert (again.kept, again.done, again.tokens) == (8, 0, 0)
    assert len(logs_in(asked.out / "logs")) == 1


def test_progress_counts_up_to_the_total_and_never_back(asked: Request) -> None:
    watching = Watching()
    done = run(asked, watching)
    assert watching.finished == sorted(watching.finished)
    assert (watching.finished[0], watching.finished[-1]) == (0, done.progress.total)
    assert done.progress.tokens > 0
    assert done.progress.cached_tokens == 0


@pytest.mark.parametrize("realtime", [False, True])
def test_a_run_grows_after_it_shrank(asked: Request, realtime: bool) -> None:  # noqa: FBT001 - a parameter of the table
    request = replace(asked, limits=Limits(realtime=realtime))
    ran(request, Plan(CELLS, (1, 2), 3))
    grown = ran(request, Plan(CELLS, (1, 2, 3, 4)))
    assert (grown.kept, grown.done) == (8, 8)
    both = ran(request, Plan(CELLS, (1, 2, 3, 4), 3))
    assert (both.kept, both.done) == (32, 16)
    other = ran(request, Plan(CELLS[2:], (1, 5), 2))
    assert (other.kept, other.done) == (4, 4)


def test_a_log_that_is_lost_is_run_again_and_no_other(asked: Request) -> None:
    ran(asked, Plan(CELLS, (1,)))
    [first] = (asked.out / "logs").glob("*.eval")
    ran(asked, Plan(CELLS, (1, 2)))
    [second] = set((asked.out / "logs").glob("*.eval")) - {first}
    second.unlink()
    again = ran(asked, Plan(CELLS, (1, 2)))
    assert (again.kept, again.done) == (4, 4)


def test_a_log_that_was_cut_off_is_kept_aside_and_run_again(asked: Request) -> None:
    ran(asked, Plan(CELLS, (1,)))
    [log] = (asked.out / "logs").glob("*.eval")
    log.write_bytes(log.read_bytes()[:2000])
    again = ran(asked, Plan(CELLS, (1,)))
    assert (again.kept, again.done) == (0, 4)
    assert log.with_name(f"{log.name}.torn").stat().st_size == 2000


def test_a_seed_holds_what_lies_in_several_logs_and_counts_as_interrupted(asked: Request) -> None:
    ran(asked, Plan(CELLS, (1,), 2))
    ran(asked, Plan(CELLS, (1, 2), 1))
    plan = Plan(CELLS, (1, 2), 2)
    found = standing(logs_in(asked.out / "logs"), plan)
    assert found.needs_seed
    assert len(found.held) == 12
    assert found.missing == {slot for slot in slots(plan) if slot.epoch == 2 and is_of(slot, 2)}
    before = {info.name for info in list_eval_logs(str(asked.out / "logs"))}
    write_seed(found, plan)
    [seed] = (i for i in list_eval_logs(str(asked.out / "logs")) if i.name not in before)
    log = read_eval_log(seed)
    assert (log.status, log.eval.config.epochs, log.eval.dataset.samples) == ("cancelled", 2, 8)
    assert {Slot(str(s.id), s.epoch) for s in log.samples or ()} == slots(plan) - found.missing


def test_nothing_is_seeded_where_inspect_goes_on_by_itself(asked: Request) -> None:
    plan = Plan(CELLS, (1, 2))
    assert not standing([], plan).needs_seed
    ran(asked, Plan(CELLS, (1,)))
    assert not standing(logs_in(asked.out / "logs"), plan).needs_seed


def test_a_sample_that_ended_in_an_error_is_missing(asked: Request) -> None:
    plan = Plan(CELLS, (1,))
    ran(asked, plan)
    [path] = (asked.out / "logs").glob("*.eval")
    log = read_eval_log(str(path))
    assert log.samples
    log.samples[0].error = EvalError(message="away", traceback="", traceback_ansi="")
    write_eval_log(log, str(path))
    found = standing(logs_in(asked.out / "logs"), plan)
    assert found.missing == {Slot(str(log.samples[0].id), 1)}
    again = ran(asked, plan)
    assert (again.kept, again.done) == (3, 1)


def test_a_kill_right_after_a_seed_loses_nothing_to_a_larger_plan(asked: Request) -> None:
    """Inspect goes on from the log that was written last, and that is the seed."""
    ran(asked, Plan(CELLS, (1, 2)))
    smaller = Plan(CELLS, (1,), 2)
    write_seed(standing(logs_in(asked.out / "logs"), smaller), smaller)
    larger = ran(asked, Plan(CELLS, (1, 2, 3, 4)))
    assert (larger.kept, larger.done) == (8, 8)


def is_of(slot: Slot, form: int) -> bool:
    return slot.id.endswith(f".form={form}")
