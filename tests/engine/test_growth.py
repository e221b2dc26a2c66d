"""A run grows by what is new, shows what was asked for last, and calls for nothing twice."""

from pathlib import Path

import pandas as pd
import pytest

from engine.attempts import CLAUDE, GPT, JUDGE, Command, of_judge
from laboratory import Laboratory
from simulation import answering
from turncoat.design import Grid, Plan
from turncoat.results.schema import KEY

JUDGED = ("--judge", JUDGE)
ONE = ("coercion", "--model", GPT, *JUDGED)
REPLACED = ("--where", "threat=replacement")
RESTRICTED = ("--where", "threat=restriction")
BOTH = ("--where", "threat=replacement,restriction")
SAMPLE = [name for name in KEY if name != "judge"]

# The commands on one folder in turn, each with the rows that it asks for.
HISTORIES: dict[str, list[tuple[tuple[str, ...], int]]] = {
    "epochs": [
        ((*ONE, *REPLACED, "--forms", "2", "--epochs", "3"), 12),
        ((*ONE, *REPLACED, "--forms", "4", "--epochs", "1"), 8),
        ((*ONE, *REPLACED, "--forms", "4", "--epochs", "3"), 24),
        ((*ONE, *REPLACED, "--forms", "1", "--epochs", "2"), 4),
    ],
    "forms": [
        ((*ONE, *REPLACED, "--forms", "3"), 6),
        ((*ONE, *REPLACED, "--forms", "1"), 2),
        ((*ONE, *REPLACED, "--forms", "2", "--epochs", "2"), 8),
        ((*ONE, *REPLACED, "--forms", "5"), 10),
    ],
    "conditions": [
        ((*ONE, *REPLACED, "--forms", "2"), 4),
        ((*ONE, *RESTRICTED, "--forms", "2"), 4),
        ((*ONE, *BOTH, "--forms", "2"), 6),
        ((*ONE, "--forms", "3"), 12),
    ],
    "models and scenarios": [
        ((*ONE, *REPLACED, "--forms", "2"), 4),
        ((*ONE, "--model", CLAUDE, *REPLACED, "--forms", "3"), 12),
        (("leak", "--model", CLAUDE, *JUDGED, *REPLACED, "--forms", "2"), 4),
        ((*ONE, "leak", "--model", CLAUDE, *REPLACED, "--forms", "3"), 24),
    ],
}
PLAN = Plan(
    Grid().select(
        {
            "goal": ("explicit", "none"),
            "threat": ("none", "replacement", "restriction"),
            "leverage": ("present", "absent"),
            "twin": ("no", "benign"),
        }
    ),
    tuple(range(1, 6)),
)


def keys(table: pd.DataFrame) -> set[tuple[object, ...]]:
    return set(table[SAMPLE].itertuples(index=False, name=None))


@pytest.mark.parametrize("name", HISTORIES)
def test_each_command_calls_for_what_no_earlier_one_asked(tmp_path: Path, name: str) -> None:
    with Laboratory(answering(["coercion", "leak"], PLAN)) as laboratory:
        held: set[tuple[object, ...]] = set()
        judged: set[tuple[object, ...]] = set()
        for words, rows in HISTORIES[name]:
            command = Command(words, laboratory, tmp_path)
            assert command.finish() == 0, command.told()
            table = command.table()
            assert len(table) == rows
            assert (table["verdict"] != "unscored").all()
            held |= keys(table)
            judged |= keys(table[table["decided_by"] == "judge"])
            of_judges = of_judge(laboratory.requests())
            assert len(laboratory.requests()) - of_judges == len(held)
            assert of_judges == len(judged)
        fewer, rows = HISTORIES[name][0]
        asked_first = Command(fewer, laboratory, tmp_path)
        assert asked_first.finish() == 0
        assert len(asked_first.table()) == rows
        assert len(laboratory.requests()) == len(held) + len(judged)
        assert not asked_first.caches


def test_the_rows_do_not_depend_on_the_way_to_them(tmp_path: Path) -> None:
    words, _ = HISTORIES["epochs"][2]
    with Laboratory(answering(["coercion"], PLAN)) as laboratory:
        at_once = Command(words, laboratory, tmp_path / "at once")
        assert at_once.finish() == 0
        calls = len(laboratory.requests())
        for step, _ in HISTORIES["epochs"][:3]:
            assert Command(step, laboratory, tmp_path / "by steps").finish() == 0
        # Two folders never share an answer.
        assert len(laboratory.requests()) == 2 * calls
    grown = Command(words, laboratory, tmp_path / "by steps")
    pd.testing.assert_frame_equal(grown.table(), at_once.table())
