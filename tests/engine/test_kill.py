"""A run that is killed again and again costs and measures what an uninterrupted one does."""

from collections import Counter
from itertools import pairwise
from pathlib import Path
from random import Random

import pandas as pd
import pytest

from engine.attempts import CLAUDE, GPT, JUDGE, Command, ended
from laboratory import Laboratory, Outcome, Request
from simulation import answering
from turncoat.design import Grid, Plan

CONNECTIONS = 2
SMALL, GROWN = 3, 6
KILLS = 10
"""Before the plan grows, and once more after it."""

SUBJECTS = ("--model", GPT, "--model", CLAUDE, "--judge", JUDGE)
LIMITS = ("--max-connections", str(CONNECTIONS))
BEGUN = ("coercion", *SUBJECTS, *LIMITS, "--forms", str(SMALL))
EXTENDED = ("coercion", "leak", *SUBJECTS, *LIMITS, "--forms", str(GROWN))
PLAN = Plan(Grid().default_conditions(), tuple(range(1, GROWN + 1)))

Call = tuple[str, str, str]


def call(request: Request) -> Call:
    return request.provider, request.model, request.prompt_hash


def paid(requests: tuple[Request, ...]) -> list[Call]:
    """The calls that a provider would bill, in order of arrival."""
    return [call(r) for r in requests if r.outcome is Outcome.ANSWERED]


def moments(seed: str, begin: int, end: int) -> list[int]:
    """When to kill, as numbers of different calls that were paid for; in order."""
    draw = Random(seed)
    return sorted([begin, end, *(draw.randint(begin, end) for _ in range(KILLS - 2))])


def killed(command: Command, moment: int) -> int:
    """Kill an attempt once so many calls were paid for; the number of requests until then."""
    attempt = command.start()
    command.wait_until(lambda requests: len(set(paid(requests))) >= moment)
    attempt.kill()
    assert ended(attempt) == -9
    return len(command.laboratory.requests())


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory: pytest.TempPathFactory) -> tuple[pd.DataFrame, int, int]:
    """The table of a run without a kill, the calls of its first plan and those of all."""
    with Laboratory(answering(["coercion", "leak"], PLAN)) as laboratory:
        command = Command(BEGUN, laboratory, tmp_path_factory.mktemp("whole"))
        assert command.finish() == 0
        first = len(laboratory.requests())
        extended = command.saying(*EXTENDED)
        assert extended.finish() == 0
        assert not laboratory.duplicates()
        return extended.table(), first, len(laboratory.requests())


def test_twenty_kills_change_no_row_and_repeat_only_what_was_in_flight(
    tmp_path: Path, uninterrupted: tuple[pd.DataFrame, int, int]
) -> None:
    table, first, every = uninterrupted
    with Laboratory(answering(["coercion", "leak"], PLAN), latency_s=0.005) as laboratory:
        begun = Command(BEGUN, laboratory, tmp_path)
        ends = [killed(begun, moment) for moment in moments("begun", 0, first)]
        assert begun.finish() == 0
        extended = begun.saying(*EXTENDED)
        ends += [len(laboratory.requests())]
        ends += [killed(extended, moment) for moment in moments("extended", first, every)]
        assert extended.finish() == 0
        requests = laboratory.requests()
    pd.testing.assert_frame_equal(extended.table(), table)
    assert len(set(paid(requests))) == every
    assert not begun.caches
    for begin, end in pairwise([0, *ends]):
        again = set(paid(requests[begin:end])) & set(paid(requests[end:]))
        in_vain = Counter(made[:2] for made in again)
        assert all(count <= CONNECTIONS for count in in_vain.values())
