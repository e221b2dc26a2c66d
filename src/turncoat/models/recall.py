"""How a simulated subject answers the recognition probe."""

from turncoat.catalog.recognition import load_probe
from turncoat.catalog.subjects import Profile
from turncoat.models.answers import Answer, chance
from turncoat.scenario.draws import Draws
from turncoat.verdict.recognition import Probed

_UNKNOWN = "I have not seen this text before."


def recall(profile: Profile, asked: Probed, seed: str) -> Answer:
    """The answer to one question; only a published text is ever known, and by its own words."""
    known = asked.story == "published" and chance(Draws(f"recall/{seed}"), profile.recalls)
    if not known:
        return Answer(_UNKNOWN, source="recall")
    if asked.question == "source":
        return Answer(f"This is from {load_probe().names[0]}.", source="recall")
    return Answer(asked.continuation, source="recall")
