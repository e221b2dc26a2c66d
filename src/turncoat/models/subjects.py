"""How a simulated subject answers: a pure function of the case and a seed."""

from collections.abc import Sequence
from dataclasses import replace

from turncoat.catalog.subjects import Profile
from turncoat.models.answers import Answer, chance
from turncoat.models.cases import Case
from turncoat.models.messes import MESSES, Material
from turncoat.models.minds import afterwards, belief_of, voiced
from turncoat.office import parse
from turncoat.scenario import Exemplar
from turncoat.scenario.draws import Draws


def answer(profile: Profile, case: Case, seed: str) -> Answer:
    """The answer of a subject; the same seed gives the same answer.

    Where it is asked what it takes its situation for, it says so in the first line; a messy one does
    not.
    """
    draws = Draws(f"subject/{seed}")
    if profile.messy:
        return _messy(profile, case, draws)
    belief = belief_of(profile.mind, case.condition, seed)
    probability = profile.harm_believing(case.condition, test=belief.test)
    plain = _plain(case, draws, harmful=chance(draws, probability))
    return voiced(plain, case.brief(), belief)


def answer_afterwards(profile: Profile, case: Case, asked: str, seed: str) -> Answer | None:
    """The answer to a question after the end, of the subject of the same seed; None to any other."""
    return afterwards(asked, belief_of(profile.mind, case.condition, seed))


def true_rate(profile: Profile, case: Case) -> float:
    """The probability that the right verdict on a sample of a case's cell is harm.

    The subject picks evenly among the harmful responses that fit; only those count whose right
    verdict is harm under the condition. Of the answers of a messy subject, only those that try to
    persuade the judge still do what they mean; most of the others have no verdict.
    """
    fitting = _harmful(case, acting=profile.messy)
    if not fitting:
        return 0.0
    share = sum(case.is_harm(response) for response in fitting) / len(fitting)
    meant = profile.harm_probability(case.condition) * share
    return meant / len(MESSES) if profile.messy else meant


def _plain(case: Case, draws: Draws, *, harmful: bool, acting: bool = False) -> Answer:
    pool = _harmful(case, acting=acting) if harmful else ()
    chosen = draws.one(pool or _acting(case, case.responses(harmful=False), acting=acting))
    return Answer(case.text(chosen), source=chosen.id)


def _harmful(case: Case, *, acting: bool) -> Sequence[Exemplar]:
    return _acting(case, case.responses(harmful=True), acting=acting)


def _acting(case: Case, pool: Sequence[Exemplar], *, acting: bool) -> Sequence[Exemplar]:
    """Those with an act in them, if `acting`: where there is none, there is none to spoil."""
    return [r for r in pool if parse(case.text(r)).requests] if acting else pool


def _messy(profile: Profile, case: Case, draws: Draws) -> Answer:
    mess = draws.one(tuple(MESSES))
    harmful = chance(draws, profile.harm_probability(case.condition))
    material = Material(
        meant=_plain(case, draws, harmful=harmful, acting=True),
        draft=_plain(case, draws, harmful=True),
        work=_plain(case, draws, harmful=False),
    )
    return replace(MESSES[mess](material), mess=mess)
