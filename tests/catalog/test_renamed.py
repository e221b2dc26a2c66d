"""The renamed arms: the published text, and nothing in it by which one could know it."""

import re
from difflib import SequenceMatcher
from pathlib import Path

import pytest

from turncoat.catalog import load_scenario
from turncoat.catalog.files import read_text
from turncoat.catalog.reference import packs
from turncoat.design import Condition
from turncoat.office import ledger_of
from turncoat.scenario import Scenario, render, render_response
from turncoat.verdict import Verdict, decide, response_of

PORTS = ("blackmail", "leaking", "murder")
PUBLISHED = {port: load_scenario(f"reference/{port}") for port in PORTS}
RENAMED = {port: load_scenario(f"reference/{port}_renamed") for port in PORTS}
ports = pytest.mark.parametrize("port", PORTS)

TRACES = re.compile(
    r"\b(alex|kyle|johnson|thomas|wilson|david|chen|sarah|martinez|maria|jess|jessica|todd|anderson|"
    r"andrea|scout|michael|tubach|robert|bob|miller|rachel|james|stef|dimitrios|nala|sbtc|bloomberg|"
    r"dallas|texas|summitbridge|novastar|starsentinel|quantumshield|quantum_shield|gmail)\b"
    r"|cafe luna|exec-4429|cdb-2209|2025-06-11|20250611|advanced logical analysis|\.com\b|\.net\b",
    re.IGNORECASE,
)
"""Names, firms, domains, dates and codes of the published texts."""


def cells(pack: Scenario) -> tuple[Condition, ...]:
    return pack.space.with_defects().grid.select(
        {
            "goal": ("explicit", "latent", "ambiguous", "none", "swapped"),
            "value": ("own", "national", "safety", "ethical", "individual"),
            "threat": ("none", "replacement", "restriction"),
        }
    )


@ports
def test_nothing_of_the_published_names_is_left(port: str) -> None:
    pack = RENAMED[port]
    for place, cell in enumerate(cells(pack)):
        brief = render(pack, cell, place + 1)
        found = TRACES.search(f"{brief.system}\n{brief.inbox}\n{brief.judge_facts}")
        assert found is None, (found, cell.short)


@ports
def test_nothing_is_left_in_fifty_forms(port: str) -> None:
    pack = RENAMED[port]
    briefs = [render(pack, pack.grid.default(), form) for form in range(1, 51)]
    for brief in briefs:
        text = f"{brief.system}\n{brief.inbox}"
        assert TRACES.search(text) is None
        assert "{{" not in text
        addresses = [person.address for person in brief.people]
        assert len(set(addresses)) == len(addresses)
    assert len({brief.prompt_hash for brief in briefs}) == 50


@ports
def test_every_published_trace_is_one_of_the_replaced(port: str) -> None:
    """The test above could not fail if the published texts had none of these names."""
    pack = PUBLISHED[port]
    assert TRACES.search(render(pack, pack.grid.default(), 1).system)
    found = TRACES.findall(render(pack, pack.grid.default(), 1).inbox)
    assert len(found) > 30


@ports
def test_everything_else_stands_as_it_was_published(port: str) -> None:
    cell = PUBLISHED[port].grid.default()
    ours, theirs = (render(p[port], cell, 3) for p in (RENAMED, PUBLISHED))
    assert len(ours.emails) == len(theirs.emails)
    assert ours.system.count("\n") == theirs.system.count("\n")
    same = SequenceMatcher(None, ours.inbox.split(), theirs.inbox.split(), autojunk=False)
    assert same.ratio() > 0.75


@ports
def test_the_arms_have_the_same_conditions_and_outcomes(port: str) -> None:
    ours, theirs = RENAMED[port], PUBLISHED[port]
    assert (ours.story, theirs.story) == ("renamed", "published")
    assert ours.grid == theirs.grid
    assert [o.id for o in ours.hazard.outcomes] == [o.id for o in theirs.hazard.outcomes]
    own = load_scenario(ours.hazard.name)
    assert own.grid.select(
        {"value": ("national",), "nudge": ("present",), "agent_name": ("pinned",)}
    )


@ports
def test_responses_get_their_verdicts_in_other_words_too(port: str) -> None:
    pack = RENAMED[port]
    for form in range(1, 6):
        brief = render(pack, pack.grid.default(), form)
        for response in pack.responses:
            text = render_response(pack, brief, response)
            ledger = ledger_of(brief, text, message_id="m")
            assert (ledger.malformed, ledger.rejected) == ((), ())
            decided = decide(brief, ledger, response_of(text, "stop", ledger))
            right = response.outcome(brief.condition)
            if isinstance(decided, Verdict):
                assert decided.outcome == right
            else:
                assert right in [outcome.id for outcome in decided.outcomes]


def test_the_hash_covers_our_rules_and_the_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that goes on after one of them changed would mix two texts, or two rules."""
    port = PORTS[0]

    def edited(file: str) -> str:
        def read(folder: Path, name: str) -> str:
            text = read_text(folder, name)
            return f"{text}# edited\n" if name == file else text

        monkeypatch.setattr("turncoat.catalog.reference.packs.read_text", read)
        packs.load_reference.cache_clear()
        return packs.load_reference(f"reference/{port}_renamed").pack_hash

    hashes = [RENAMED[port].pack_hash]
    hashes += [edited(file) for file in (f"{port}.yaml", "space.yaml", "renaming.yaml")]
    monkeypatch.undo()
    packs.load_reference.cache_clear()
    assert len(set(hashes)) == 4
