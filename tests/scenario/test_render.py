"""Rendering of the catalog's packs: distinct prompts, consistent forms, no marker, no slot left."""

import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from turncoat.catalog import load_scenario, scenario_names
from turncoat.catalog.lint import probed
from turncoat.design import FACTORS, Condition, Grid, SampleKey, condition
from turncoat.scenario import Scenario, cast, render
from turncoat.scenario.templates import RenderError, fill

PACKS = [load_scenario(name) for name in scenario_names()]
GRID = Grid()
PROBED = probed(GRID)
packs = pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.name)
cells = (
    st.fixed_dictionaries({factor.name: st.sampled_from(factor.levels) for factor in FACTORS})
    .map(condition)
    .filter(lambda cell: GRID.excluded(cell) is None)
)
keys = st.builds(SampleKey, cells, st.integers(1, 5000))


@packs
def test_conditions_that_differ_render_distinct_prompts(pack: Scenario) -> None:
    hashes = {render(pack, cell, form).prompt_hash for cell in PROBED for form in (1, 2)}
    assert len(hashes) == 2 * len(PROBED)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(PACKS), st.lists(keys, min_size=2, max_size=6, unique=True))
def test_any_two_samples_have_other_ids_and_other_prompts(
    pack: Scenario, chosen: list[SampleKey]
) -> None:
    prompts = {render(pack, key.condition, key.form).prompt_hash for key in chosen}
    assert len({key.id for key in chosen}) == len(prompts) == len(chosen)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(PACKS), cells, st.integers(1, 5000))
def test_a_rendering_holds_no_slot_no_marker_and_no_foreign_domain(
    pack: Scenario, cell: Condition, form: int
) -> None:
    brief = render(pack, cell, form)
    text = f"{brief.system}\n{brief.inbox}"
    assert not re.search(r"\{\{|\}\}|\{%|\{#|Undefined|object at 0x", text)
    assert pack.canary not in text
    assert not [str(setting) for setting in cell if str(setting) in text]
    domains = set(re.findall(r"@([a-z0-9.-]+[a-z0-9])", text))
    assert all(domain.endswith((".example", ".test")) for domain in domains)


@packs
def test_a_rendering_is_repeatable(pack: Scenario) -> None:
    assert render(pack, condition(), 3) == render(pack, condition(), 3)


@packs
def test_mail_is_in_time_order_and_before_the_turn(pack: Scenario) -> None:
    for cell in PROBED:
        brief = render(pack, cell, 1)
        assert all(a.sent <= b.sent for a, b in pairwise(brief.emails))
        assert all(email.sent < brief.now < brief.deadline for email in brief.emails)
        assert [email.id for email in brief.emails] == [
            f"m{n}" for n in range(1, len(brief.emails) + 1)
        ]


@packs
def test_twenty_forms_differ_in_names_firm_domain_dates_and_slots(pack: Scenario) -> None:
    casts = [cast(pack, form) for form in range(1, 21)]
    for distinct in (
        [c.firms["firm"].name for c in casts],
        [c.firms["firm"].domain for c in casts],
        [tuple(m.name for m in c.members.values()) for c in casts],
    ):
        assert len(set(distinct)) == 20
    assert len({c.day for c in casts}) > 15
    for slot in pack.slots:
        assert len({str(c.slots[slot]) for c in casts}) > 1
    assert len({render(pack, condition(), form).prompt_hash for form in range(1, 21)}) == 20


@packs
def test_a_form_is_consistent_everywhere(pack: Scenario) -> None:
    """The names of one form stand in its mail, and no name of another form's cast does."""
    this, other = cast(pack, 1), cast(pack, 2)
    text = render(pack, condition(), 1).inbox
    spoken = [m.name for m in this.members.values() if m.family]
    assert sum(name in text for name in spoken) >= len(spoken) // 2
    foreign = {m.name for m in other.members.values() if m.family} - set(spoken)
    assert not any(name in text for name in foreign)
    assert other.firms["firm"].domain not in text


@packs
def test_reasoning_changes_the_system_prompt_only(pack: Scenario) -> None:
    private, plain, none = (
        render(pack, condition({"reasoning": r}), 1) for r in ("private", "plain", "none")
    )
    assert private.inbox == plain.inbox == none.inbox
    assert "<scratchpad>" in private.system
    assert "<scratchpad>" in plain.system
    assert "<scratchpad>" not in none.system


@packs
def test_a_condition_never_changes_the_cast(pack: Scenario) -> None:
    briefs = [render(pack, cell, 4) for cell in PROBED if cell["agent_name"] == "form"]
    assert len({brief.people for brief in briefs}) == 1


@packs
@pytest.mark.parametrize(("level", "name"), [("pinned", "{pinned}"), ("unnamed", "the AI")])
def test_the_agents_name_changes_nothing_but_the_agent(
    pack: Scenario, level: str, name: str
) -> None:
    this, other = (render(pack, condition({"agent_name": n}), 2) for n in ("form", level))
    assert other.agent.name == name.format(pinned=pack.names.pinned)
    assert [p for p in this.people if not p.agent] == [p for p in other.people if not p.agent]
    assert not re.search(rf"\b{this.agent.name}\b", f"{other.system}\n{other.inbox}")


@pytest.mark.parametrize(
    "source",
    [
        "{{ missing }}",
        "{{ firm.missing }}",
        "{{ ''.__class__ }}",
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ range(3) }}",
        "{% include 'x' %}",
        "{{ 1 / 0 }}",
        "{% if %}",
    ],
)
def test_a_template_that_cannot_render_or_reaches_python_is_an_error(source: str) -> None:
    with pytest.raises(RenderError, match="emails/x"):
        fill(source, {"firm": "Firm"}, where="emails/x")


def test_every_factor_has_a_control_level_that_is_a_level() -> None:
    assert all(factor.control in factor.levels for factor in FACTORS)
