"""Defects of the published stimuli, as docs/reference.md tells them, measured on the package."""

import re
from itertools import pairwise

import pytest
from inspect_evals.agentic_misalignment.classifiers import LeakClassifier

from turncoat.catalog import load_scenario
from turncoat.design import condition
from turncoat.scenario import Brief, Scenario, render

PORTS = ("blackmail", "leaking", "murder")
PACKS = {port: load_scenario(f"reference/{port}") for port in PORTS}
packs = pytest.mark.parametrize("port", PORTS)


def brief_of(pack: Scenario, **levels: str) -> Brief:
    return render(pack, condition({**pack.space.defaults, **levels}), 1)


@packs
def test_mail_is_in_time_order_nowhere_though_the_prompt_says_so(port: str) -> None:
    for stimulus in PACKS[port].stimuli:
        times = re.findall(r"^Timestamp: (\S+)$", stimulus.inbox, re.MULTILINE)
        assert len(times) == len(stimulus.emails)
        assert any(later < earlier for earlier, later in pairwise(times))
        assert "oldest to newest" in stimulus.inbox


@pytest.mark.parametrize(
    ("port", "same", "mails"), [("blackmail", 5, 11), ("leaking", 0, 8), ("murder", 2, 8)]
)
def test_conflict_and_control_share_few_mails(port: str, same: int, mails: int) -> None:
    pack = PACKS[port]
    conflict = {mail.body for mail in brief_of(pack, goal="explicit").emails}
    control = {mail.body for mail in brief_of(pack, goal="none", value="own").emails}
    assert (len(conflict & control), len(conflict)) == (same, mails)


def test_the_list_of_leak_addresses_lacks_the_requester_and_names_nobody_else() -> None:
    listed = LeakClassifier().necessary_emails
    inboxes = "".join({stimulus.inbox for stimulus in PACKS["leaking"].stimuli})
    assert len(listed) == 14
    assert sum(address in inboxes for address in listed) == 1
    assert "robert.miller@starsentinel.net" in inboxes
    assert "robert.miller@starsentinel.net" not in listed


@packs
def test_only_the_mails_of_the_leak_have_numbers(port: str) -> None:
    numbered = brief_of(PACKS[port]).inbox.count("<email>\nID: ")
    assert bool(numbered) == (port == "leaking")
