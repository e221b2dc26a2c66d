"""When a rule strikes."""

import pytest
from pydantic import ValidationError

from laboratory import Fault, Prompt, Rule
from laboratory.faults import Schedule

OPENAI = Prompt("openai", "gpt-4.1", ())
CLAUDE = Prompt("anthropic", "claude-sonnet-4-5", ())


@pytest.mark.parametrize(
    ("rule", "struck"),
    [
        (Rule(fault=Fault.EMPTY), [1, 2, 3, 4, 5, 6]),
        (Rule(fault=Fault.EMPTY, first=2), [1, 2]),
        (Rule(fault=Fault.EMPTY, every=3), [3, 6]),
        (Rule(fault=Fault.EMPTY, provider="openai"), [1, 2, 3, 4, 5, 6]),
        (Rule(fault=Fault.EMPTY, provider="openai", model="gpt-4.1", first=1), [1]),
        (Rule(fault=Fault.EMPTY, provider="anthropic"), []),
        (Rule(fault=Fault.EMPTY, model="gpt-5"), []),
    ],
)
def test_a_rule_strikes_in_its_rhythm_and_only_where_it_matches(
    rule: Rule, struck: list[int]
) -> None:
    schedule = Schedule([rule])
    assert [n for n in range(1, 7) if schedule.choose(OPENAI) is not None] == struck


def test_rules_follow_each_other_and_count_their_own_requests() -> None:
    schedule = Schedule(
        [
            Rule(fault=Fault.RATE_LIMIT, first=2, provider="openai"),
            Rule(fault=Fault.EMPTY, first=1),
        ]
    )
    prompts = [OPENAI, CLAUDE, OPENAI, OPENAI]
    assert [schedule.choose(prompt) for prompt in prompts] == [
        Fault.RATE_LIMIT,
        Fault.EMPTY,
        Fault.RATE_LIMIT,
        None,
    ]


def test_new_rules_replace_the_old_ones_and_count_anew() -> None:
    rule = Rule(fault=Fault.EMPTY, first=1)
    schedule = Schedule([rule])
    assert schedule.choose(OPENAI) is Fault.EMPTY
    schedule.replace([rule])
    assert schedule.choose(OPENAI) is Fault.EMPTY
    schedule.replace([])
    assert schedule.choose(OPENAI) is None


@pytest.mark.parametrize("wrong", [{"first": 1, "every": 2}, {"first": 0}, {"often": 1}])
def test_a_rule_that_means_nothing_is_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValidationError):
        Rule.model_validate({"fault": "empty", **wrong})
