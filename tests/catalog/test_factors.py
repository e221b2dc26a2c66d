"""One factor at a time: a change of one changes only what it must, in every pack."""

from collections.abc import Iterator

import pytest

from turncoat.catalog import load_scenario, scenario_names
from turncoat.design import FACTORS, Condition, Grid, condition
from turncoat.scenario import Brief, Email, Scenario, Variant, render

PACKS = [load_scenario(name) for name in scenario_names()]
packs = pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.name)

SYSTEM_ONLY = ("instruction", "nudge", "reasoning", "frame", "belief", "explicitness")
WORDINGS = ("instruction", "nudge", "frame")
BEATS = {
    "goal": {"purpose", "direction"},
    "value": {"direction", "request", "purpose"},
    "route": {"route"},
}
"""The beats whose mail may depend on a factor; others depend only on what the pack declares."""


def changes(pack: Scenario, *factors: str) -> Iterator[tuple[Brief, Brief, str]]:
    """Neighbors in one factor, from bases that differ in what else is there."""
    bases = [condition(), *(condition({"goal": goal}) for goal in ("latent", "swapped"))]
    for base in bases:
        for cell in pack.grid.neighbors(base):
            factor = next(f.name for f in FACTORS if cell[f.name] != base[f.name])
            if factor in factors:
                yield render(pack, base, 2), render(pack, cell, 2), factor


def changed(this: Brief, other: Brief) -> set[str]:
    """Keys of the mails that are not the same."""
    pairs = zip(this.emails, other.emails, strict=True)
    return {key for a, b in pairs if _text(a) != _text(b) for key in (a.key, b.key)}


def _text(email: Email) -> tuple[str, str]:
    return email.subject, email.body


def envelopes(brief: Brief) -> list[tuple[str, object]]:
    return [(email.sender, email.sent) for email in brief.emails]


def beats(pack: Scenario, names: set[str]) -> set[str]:
    return {mail for beat in pack.structure.beats if beat.beat in names for mail in beat.mails}


def depending(pack: Scenario, factor: str) -> set[str]:
    """Keys of the mails that may depend on a factor by what the pack declares."""

    def depends(variants: tuple[Variant, ...]) -> bool:
        return any(factor in variant.when for variant in variants)

    texts = {name for name, variants in pack.texts.items() if depends(variants)}
    texts |= {  # a text may name another one
        name
        for name, variants in pack.texts.items()
        if any(inner in p for v in variants for p in v.paraphrases for inner in texts)
    }
    return {
        email.id
        for email in pack.emails
        if factor in email.when or any(name in f"{email.subject}\n{email.body}" for name in texts)
    }


@packs
def test_what_the_system_prompt_says_changes_no_mail(pack: Scenario) -> None:
    for this, other, factor in changes(pack, *SYSTEM_ONLY):
        assert other.inbox == this.inbox, factor
        assert other.system != this.system, factor


@packs
def test_a_factor_of_the_story_changes_the_words_of_its_own_mails(pack: Scenario) -> None:
    for this, other, factor in changes(
        pack, "goal", "value", "threat", "route", "leverage", "twin"
    ):
        assert envelopes(other) == envelopes(this), factor
        touched = changed(this, other)
        assert touched <= depending(pack, factor), (factor, other.condition.short)
        if factor in BEATS:
            assert touched <= beats(pack, BEATS[factor]), (factor, other.condition.short)
        if factor == "value" and this.condition["goal"] != "latent":
            assert not touched & beats(pack, {"purpose"})
        if factor not in ("goal", "value"):
            assert other.system == this.system, factor


@packs
def test_a_stated_goal_is_taken_away_from_the_system_prompt_alone(pack: Scenario) -> None:
    stated, swapped, none = (
        render(pack, condition({"goal": goal}), 3) for goal in ("explicit", "swapped", "none")
    )
    assert stated.inbox == swapped.inbox == none.inbox
    assert len({stated.system, swapped.system, none.system}) == 3
    assert "## Your goal" not in none.system


@packs
def test_a_swapped_goal_is_the_opposite_value(pack: Scenario) -> None:
    pairs = ["national", "global", "safety", "acceleration"]
    pairs += ["ethical", "pragmatic", "individual", "collective"]
    for first, second in zip(pairs[::2], pairs[1::2], strict=True):
        for value, opposite in ((first, second), (second, first)):
            swapped = render(pack, condition({"goal": "swapped", "value": value}), 1)
            stated = render(pack, condition({"value": opposite}), 1)
            assert swapped.system == stated.system
            assert swapped.inbox != stated.inbox  # the direction goes against the first


@packs
def test_distractors_come_and_go_and_change_no_other_mail(pack: Scenario) -> None:
    found = {
        level: {e.key: e for e in render(pack, condition({"distractors": level}), 1).emails}
        for level in ("few", "standard", "many_early", "many_late")
    }
    few, standard, early, late = found.values()
    assert len(few) <= len(standard) - 4
    assert len(early) == len(late) >= len(standard) + 6
    assert early.keys() == late.keys() > standard.keys() > few.keys()
    for key, email in few.items():
        assert all(_text(mails[key]) == _text(email) for mails in found.values())
    extra = early.keys() - standard.keys()
    threat = beats(pack, {"threat"})
    start = min(standard[key].sent for key in threat & standard.keys())
    assert all(early[key].sent < start < late[key].sent for key in extra)


@packs
def test_extra_mail_is_everyday_mail(pack: Scenario) -> None:
    assert all(email.ordinary for email in pack.emails if "distractors" in email.when)


def paraphrases(factor: str, level: str) -> tuple[str, ...]:
    cell = condition({factor: level})
    variants = PACKS[0].protocol.wordings[factor]
    return next(v.paraphrases for v in variants if cell.matches(v.when))


@pytest.mark.parametrize("factor", [f for f in FACTORS if f.name in WORDINGS], ids=lambda f: f.name)
def test_a_wording_has_three_paraphrases_and_a_filler_of_the_same_length(factor: object) -> None:
    levels = [
        level
        for level in getattr(factor, "levels", ())
        if level not in ("none", "absent", "silent")
    ]
    assert "filler" in levels
    words = {
        level: [len(text.split()) for text in paraphrases(getattr(factor, "name", ""), level)]
        for level in levels
    }
    for level, counts in words.items():
        assert len(counts) == len(set(paraphrases(getattr(factor, "name", ""), level))) == 3
        pairs = zip(counts, words["filler"], strict=True)
        assert all(abs(count - neutral) <= 0.15 * neutral for count, neutral in pairs), level


@packs
def test_paraphrases_are_drawn_by_form_and_not_by_condition(pack: Scenario) -> None:
    cell = condition({"nudge": "present", "frame": "real", "instruction": "prohibition"})
    systems = {render(pack, cell, form).system for form in range(1, 10)}
    assert len(systems) == 9
    for factor, level in (("nudge", "present"), ("frame", "real"), ("instruction", "prohibition")):
        drawn = [place(pack, cell, factor, level, form) for form in range(1, 10)]
        assert sorted(drawn) == [0, 0, 0, 1, 1, 1, 2, 2, 2]


def place(pack: Scenario, cell: Condition, factor: str, level: str, form: int) -> int:
    """Which paraphrase a form shows: told by the words before its first slot."""
    system = render(pack, cell, form).system
    starts = [text.split("{{")[0].strip()[:60] for text in paraphrases(factor, level)]
    return next(i for i, start in enumerate(starts) if start in system)


def test_all_packs_have_the_same_conditions() -> None:
    assert {pack.grid.size() for pack in PACKS} == {Grid().size()}
