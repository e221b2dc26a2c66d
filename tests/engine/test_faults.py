"""Errors before a kill, a judge that is away, and answers that cannot be read."""

from pathlib import Path

import pytest

from engine.attempts import CLAUDE, GPT, JUDGE, Command, ended, of_judge, summary
from laboratory import Fault, Laboratory, Outcome, Rule
from simulation import answering
from turncoat.design import Grid, Plan
from turncoat.engine import read_run_file

FORMS = 4
PLAN = Plan(Grid().default_conditions(), tuple(range(1, FORMS + 1)))
# Neither Inspect nor the client library tries again: a fault is an error at once.
AT_ONCE = ("--max-retries", "0", "-M", "max_retries=0", "-J", "max_retries=0")
TWO = ("coercion", "--model", GPT, "--model", CLAUDE, "--judge", JUDGE, "--forms", str(FORMS))
CROSSED = ("coercion", "leak", "--model", GPT, "--judge", JUDGE, "--forms", str(FORMS), *AT_ONCE)
JUDGE_AWAY = Rule(fault=Fault.SERVER_ERROR, model=JUDGE.partition("/")[2])


def test_errors_before_a_kill_leave_each_row_once(tmp_path: Path) -> None:
    with Laboratory(answering(["coercion"], PLAN)) as laboratory:
        command = Command((*TWO, *AT_ONCE), laboratory, tmp_path)
        laboratory.set_faults(
            Rule(fault=Fault.SERVER_ERROR, model="gpt-4.1", every=3),
            Rule(fault=Fault.HANG_UP, model="claude-sonnet-4-5", every=4),
        )
        assert command.finish() == 1
        with_errors = command.table()
        assert len(with_errors) == 2 * len(Grid().default_conditions()) * FORMS
        assert (with_errors["reason"] == "subject_error").sum() > 0
        attempt = command.start()
        before = len(laboratory.requests())
        command.wait_until(lambda requests: len(requests) > before)
        attempt.kill()
        assert ended(attempt) == -9
        laboratory.set_faults()
        assert command.finish() == 0
        table = command.table()
        assert len(table) == len(with_errors)
        assert not table.duplicated(["model", "sample_id", "epoch"]).any()
        assert (table["verdict"] != "unscored").all()
        scored = with_errors["verdict"] != "unscored"
        assert table["verdict"][scored].equals(with_errors["verdict"][scored])


def test_without_the_judge_nothing_is_zero_and_nothing_is_asked_twice(tmp_path: Path) -> None:
    with Laboratory(answering(["coercion", "leak"], PLAN)) as laboratory:
        laboratory.set_faults(JUDGE_AWAY)
        command = Command((*CROSSED, "--json"), laboratory, tmp_path)
        assert command.finish() == 1
        away = summary(command)
        assert set(away["unscored"]) == {"judge_unreachable"}
        untouched = [rate for rate in away["rates"] if rate["scored"] == 0]
        assert {(rate["scenario"], rate["role"]) for rate in untouched} >= {("coercion", "treated")}
        for rate in untouched:
            assert (rate["rate"], rate["low"], rate["high"]) == (None, None, None)
        assert command.caches
        asked = len(laboratory.requests()) - of_judge(laboratory.requests())

        # In the words for people, with the judge still away.
        assert command.saying(*CROSSED).finish() == 1
        assert "judge_unreachable - once the judge answers, the same command" in command.printed()
        assert len(laboratory.requests()) - of_judge(laboratory.requests()) == asked

        laboratory.set_faults()
        before = len(laboratory.requests())
        assert command.finish() == 0
        made = laboratory.requests()[before:]
        assert of_judge(made) == len(made) == away["unscored"]["judge_unreachable"]
        assert summary(command)["unscored"] == {}
        assert not command.caches


@pytest.mark.parametrize("fault", [Fault.EMPTY, Fault.TRUNCATED])
def test_every_try_of_a_judge_is_a_call_of_its_own(tmp_path: Path, fault: Fault) -> None:
    """No try is answered by the cached answer of another; a kill repeats none that was kept."""
    with Laboratory(answering(["coercion"], PLAN), latency_s=0.005) as laboratory:
        laboratory.set_faults(Rule(fault=fault, model=JUDGE.partition("/")[2]))
        words = ("coercion", "--model", GPT, "--judge", JUDGE, "--max-connections", "1", "--json")
        command = Command((*words, "--forms", "2"), laboratory, tmp_path)
        attempt = command.start()
        command.wait_until(lambda requests: of_judge(requests) >= 5)
        attempt.kill()
        assert ended(attempt) == -9
        assert command.finish() == 1
        table = command.table()
        malformed = int((table["reason"] == "judge_malformed").sum())
        assert malformed > 0
        answered = [r for r in laboratory.requests() if r.outcome is Outcome.ANSWERED]
        assert 0 <= of_judge(tuple(answered)) - 3 * malformed <= 1
        # Final: the judge was reached, so the same command asks nobody.
        before = len(laboratory.requests())
        assert command.finish() == 1
        assert len(laboratory.requests()) == before


def test_the_secret_of_a_run_is_in_no_log_and_in_no_path(tmp_path: Path) -> None:
    from inspect_ai.log import read_eval_log

    with Laboratory(answering(["coercion", "leak"], PLAN)) as laboratory:
        laboratory.set_faults(JUDGE_AWAY)
        command = Command(CROSSED, laboratory, tmp_path)
        assert command.finish() == 1
        opened = read_run_file(command.out)
        assert opened is not None
        cached = [path for cache in command.caches for path in cache.rglob("*") if path.is_file()]
        assert cached
        forms = (opened.secret, repr(opened.key.secret)[2:-1])
        for path in (command.out / "logs").glob("*.eval"):
            text = read_eval_log(str(path)).model_dump_json()
            assert not any(form in text for form in forms)
        for path in cached:
            assert opened.run_id in str(path)
            assert opened.secret not in str(path)
            assert opened.key.secret not in path.read_bytes()
            assert opened.secret.encode() not in path.read_bytes()
        assert all(cache.stat().st_mode & 0o077 == 0 for cache in command.caches)
