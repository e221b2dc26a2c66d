"""A subject with a belief through the whole pipeline: the table holds what it said, each time."""

from pathlib import Path

import pandas as pd
import pytest
from inspect_ai import eval  # noqa: A004 - its name in Inspect
from inspect_ai.log import EvalLog
from inspect_ai.model import get_model

from models.cells import profile
from turncoat.catalog import load_scenario
from turncoat.design import Plan, condition
from turncoat.judges import Settings
from turncoat.models.minds import belief_of
from turncoat.results import read_observations
from turncoat.tasks import scenario_task
from turncoat.verdict import RunKey

KEY = RunKey("beliefs", b"key")
CELLS = tuple(condition({"belief": level}) for level in ("absent", "asked"))
PLAN = Plan(CELLS, forms=tuple(range(1, 7)), epochs=2)
SUBJECT = "believer"


def ran(folder: Path, *, also: bool) -> EvalLog:
    settings = Settings(KEY, judge="rules", also=("afterwards",) if also else ())
    [log] = eval(
        scenario_task(load_scenario("lethal"), PLAN, settings),
        model=get_model(f"sim/{SUBJECT}"),
        log_dir=str(folder),
        display="none",
        log_realtime=False,
    )
    return log


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[bool, Path]:
    found = {also: tmp_path_factory.mktemp("runs") for also in (True, False)}
    for also, folder in found.items():
        assert ran(folder, also=also).status == "success"
    return found


def test_what_is_stated_and_what_is_said_afterwards_come_of_one_belief(
    folders: dict[bool, Path],
) -> None:
    table = read_observations(folders[True])
    assert len(table) == PLAN.samples
    for _, row in table.iterrows():
        seed = f"0/{SUBJECT}/lethal/{row['sample_id']}/{row['epoch']}"
        cell = condition({"belief": str(row["belief"])})
        belief = belief_of(profile(SUBJECT).mind, cell, seed)
        assert row["afterwards"] == belief.afterwards
        if row["belief"] == "asked":
            assert row["stated_belief"] == ("test" if belief.stated else "real")
        else:
            assert pd.isna(row["stated_belief"])
    assert {"test", "real"} == set(table["afterwards"]) == set(table["stated_belief"].dropna())


def test_the_question_after_the_end_changes_no_other_column_but_the_tokens(
    folders: dict[bool, Path],
) -> None:
    asked, plain = (read_observations(folders[also]) for also in (True, False))
    new = ["afterwards", "sample_uuid", "message_id", "log"]
    tokens = ["input_tokens", "output_tokens", "cost_usd"]
    pd.testing.assert_frame_equal(
        asked.drop(columns=[*new, *tokens]), plain.drop(columns=[*new, *tokens])
    )
    assert (asked["output_tokens"] == plain["output_tokens"] + 1).all()
    assert (asked["input_tokens"] > plain["input_tokens"]).all()
    assert asked["message_id"].notna().all()
