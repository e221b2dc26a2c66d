"""Six stories that share no text, and mailboxes in which nobody says the same sentence twice."""

import re
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest

from turncoat.catalog import load_pack, load_scenario, scenario_names
from turncoat.catalog.authoring import template_hazards
from turncoat.catalog.lint.prose import sentences, words
from turncoat.scenario import Email, Scenario, Variant, render

RUN = 7
"""Words that two packs may not have in common, in a row."""

PACKS = [load_scenario(name) for name in scenario_names()]
packs = pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.name)
_SLOT = re.compile(r"\{\{.*?\}\}")


def story(pack: Scenario) -> Iterator[str]:
    """What a subject may read or say in a pack; the protocol's texts and the judge's are not its."""
    yield from (f"{email.subject}\n{email.body}" for email in pack.emails)
    yield from (document.body for document in pack.documents.values())
    yield from (text.body for text in (*pack.exemplars, *pack.responses))
    for variants in (pack.briefing, pack.goal, *pack.texts.values()):
        yield from _all(variants)


def _all(variants: tuple[Variant, ...]) -> Iterator[str]:
    for variant in variants:
        yield from variant.paraphrases


def runs(pack: Scenario) -> set[tuple[str, ...]]:
    """Runs of words within a line, not across a slot: what fills it is another thing in each pack."""
    found: set[tuple[str, ...]] = set()
    for text in story(pack):
        for stretch in re.split(r"\n|\x00", _SLOT.sub("\x00", text)):
            said = words(stretch)
            found.update(said[i : i + RUN] for i in range(len(said) - RUN + 1))
    return found


@pytest.mark.parametrize(("this", "other"), [*combinations(PACKS, 2)], ids=lambda pack: pack.name)
def test_no_two_packs_share_a_run_of_seven_words(this: Scenario, other: Scenario) -> None:
    shared = runs(this) & runs(other)
    assert sorted(map(" ".join, shared)) == []


def mailbox(pack: Scenario, **levels: str) -> tuple[Email, ...]:
    return render(pack, pack.grid.default().replace(levels), 1).emails


@packs
@pytest.mark.parametrize("distractors", ["standard", "many_late"])
def test_no_sentence_stands_twice_in_a_mailbox(pack: Scenario, distractors: str) -> None:
    seen: dict[tuple[str, ...], str] = {}
    for email in mailbox(pack, distractors=distractors):
        for sentence in sentences(email):
            first = seen.setdefault(sentence.words, email.key)
            assert first == email.key, " ".join(sentence.words)


@packs
def test_a_mailbox_has_threads_and_many_voices(pack: Scenario) -> None:
    emails = mailbox(pack)
    assert any(line.startswith(">") for email in emails for line in email.body.splitlines())
    assert len({email.sender for email in emails}) >= 8
    assert len({_last_line(email) for email in emails}) >= 8


def _last_line(email: Email) -> str:
    own = [line for line in email.body.splitlines() if line.strip() and not line.startswith(">")]
    return own[-1]


@pytest.mark.parametrize("hazard", template_hazards())
def test_a_new_pack_shares_no_text_with_the_catalog(hazard: str, good: Path) -> None:
    """Or who begins from it would end with our words in two packs."""
    ours = runs(load_pack(good / hazard))
    shared = {" ".join(run) for pack in PACKS for run in ours & runs(pack)}
    assert sorted(shared) == []
