"""`turncoat rejudge` as a process: killed, without its judge, and watched by the provider."""

import signal
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from engine.attempts import CLAUDE, GPT, JUDGE, PATIENCE_S, Command, ended, started, summary
from laboratory import Fault, Laboratory, Outcome, Request, Rule
from simulation import answering
from turncoat.design import Grid, Plan

FORMS = 4
PLAN = Plan(Grid().default_conditions(), tuple(range(1, FORMS + 1)))
SCENARIOS = ("coercion", "leak")
CONNECTIONS = 2
FIRST = "openai/gpt-4.1-mini"
"""Who judges when the answers are given; `JUDGE` judges them later."""

RUN = (*SCENARIOS, "--model", GPT, "--model", CLAUDE, "--judge", FIRST, "--forms", str(FORMS))
AGAIN = ("--judge", JUDGE, "--max-connections", str(CONNECTIONS), "--max-retries", "0", "--json")
AWAY = Rule(fault=Fault.SERVER_ERROR, model=JUDGE.partition("/")[2])


@dataclass(frozen=True, slots=True)
class Again(Command):
    """`turncoat rejudge` of the folder that a run of the same laboratory made."""

    @property
    def line(self) -> list[str]:
        """The whole command line."""
        return ["turncoat", "rejudge", str(self.out), *self.words]


@pytest.fixture
def done(tmp_path: Path) -> Iterator[Again]:
    """The next judge of a run that is done; the laboratory is slow enough to be interrupted."""
    with Laboratory(answering(SCENARIOS, PLAN), latency_s=0.005) as laboratory:
        assert Command(RUN, laboratory, tmp_path).finish() == 0
        yield Again(AGAIN, laboratory, tmp_path)


def subjects(requests: tuple[Request, ...]) -> int:
    return sum(f"{r.provider}/{r.model}" in (GPT, CLAUDE) for r in requests)


def paid(requests: tuple[Request, ...]) -> Counter[str]:
    """Prompts to answers that a provider would bill."""
    return Counter(r.prompt_hash for r in requests if r.outcome is Outcome.ANSWERED)


def kill(done: Again, before: int, moment: int) -> None:
    """End an attempt once so many prompts were paid for."""
    attempt = done.start()
    done.wait_until(lambda made: len(paid(made[before:])) >= moment)
    attempt.kill()
    assert ended(attempt) == -9


def test_kills_lose_nothing_and_ask_no_subject(done: Again) -> None:
    before = len(done.laboratory.requests())
    kills = (1, 5, 9)
    for moment in kills:
        kill(done, before, moment)
    assert done.finish() == 0
    made = done.laboratory.requests()[before:]
    assert subjects(made) == 0
    assert sum(n - 1 for n in paid(made).values()) <= CONNECTIONS * len(kills)
    found = summary(done)
    assert found["scored"] == found["answers"] == len(SCENARIOS) * 2 * len(PLAN.conditions) * FORMS
    assert not done.caches
    # Both judges are right, so nothing flips.
    assert [flips["flips"] for flips in found["flips"]] == [0] * 4
    told = len(done.laboratory.requests())
    assert done.finish() == 0
    assert len(done.laboratory.requests()) == told


def test_without_its_judge_it_is_not_done_and_goes_on_once_it_is_back(done: Again) -> None:
    done.laboratory.set_faults(AWAY)
    before = len(done.laboratory.requests())
    assert done.finish() == 1
    away = summary(done)
    assert set(away["unscored"]) == {"judge_unreachable"}
    assert away["errors"] == away["unscored"]["judge_unreachable"] > 0
    first = done.table()
    assert (first[first["judge"].str.contains("gpt")]["verdict"] != "unscored").all()

    assert done.saying(*AGAIN[:-1]).finish() == 1
    assert "judge_unreachable - once the judge answers, the same command" in done.printed()

    done.laboratory.set_faults()
    assert done.finish() == 0
    found = summary(done)
    assert found["unscored"] == {}
    # What the outage did not touch was kept.
    assert found["kept"] == away["answers"] - away["errors"]
    assert subjects(done.laboratory.requests()[before:]) == 0


def test_ctrl_c_keeps_what_is_judged(done: Again) -> None:
    before = len(done.laboratory.requests())
    process = started(done)
    done.wait_until(lambda made: len(paid(made[before:])) >= 4)
    process.send_signal(signal.SIGINT)
    printed, told = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 130
    assert printed == ""
    assert "the same command goes on" in told
    assert "Traceback" not in told
    assert done.finish() == 0
    made = done.laboratory.requests()[before:]
    assert subjects(made) == 0
    assert sum(n - 1 for n in paid(made).values()) <= CONNECTIONS
