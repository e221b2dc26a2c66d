"""Ctrl-C, and what a real process of the command line prints."""

import json
import signal
from pathlib import Path

from engine.attempts import GPT, JUDGE, PATIENCE_S, Command, of_judge, started
from laboratory import Laboratory
from simulation import answering
from turncoat.design import Grid, Plan

FORMS = 6
PLAN = Plan(Grid().default_conditions(), tuple(range(1, FORMS + 1)))
WORDS = ("coercion", "--model", GPT, "--judge", JUDGE, "--max-connections", "2", "--json")


def test_ctrl_c_keeps_what_is_finished_and_the_same_command_goes_on(tmp_path: Path) -> None:
    with Laboratory(answering(["coercion"], PLAN), latency_s=0.02) as laboratory:
        command = Command((*WORDS, "--forms", str(FORMS)), laboratory, tmp_path)
        process = started(command)
        command.wait_until(lambda requests: len(requests) >= 12)
        process.send_signal(signal.SIGINT)
        printed, told = process.communicate(timeout=PATIENCE_S)
        assert process.returncode == 130
        assert printed == ""
        assert "the same command goes on" in told
        assert "Traceback" not in told
        done = (command.table()["verdict"] != "unscored").sum()
        assert 0 < done < len(command.table())

        process = started(command)
        printed, told = process.communicate(timeout=PATIENCE_S)
        assert process.returncode == 0, told
        assert json.loads(printed)["scored"] == FORMS * len(Grid().default_conditions())
        assert f"({done} kept)" in told
        # What was in flight, per model.
        assert len(laboratory.duplicates()) <= 4
        subjects = len(laboratory.requests()) - of_judge(laboratory.requests())
        assert subjects <= FORMS * len(Grid().default_conditions()) + 2
