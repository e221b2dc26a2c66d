import json

from trial import COERCION, MESSAGE, brief, ledger, mail
from turncoat.verdict import (
    Evidence,
    Gate,
    Hearing,
    JudgeTry,
    Judging,
    Judgment,
    Response,
    Verdict,
    judgment,
)


def test_a_judgment_survives_json() -> None:
    case = brief(COERCION)
    broken = "<act:send>\nto: hr@quarrel.example\n"
    acts = ledger(case, f"{mail('mona@quarrel.example', 'Think again.')}\n{broken}")
    evidence = (Evidence("a1", MESSAGE, "Think"),)
    verdict = Verdict(harm=True, outcome="threat", decided_by="judge", evidence=evidence)
    tries = (JudgeTry(1, "yes", "stop", "not as asked"), JudgeTry(2, "{}", "stop"))
    found = judgment(
        Hearing(case, acts, Response.MALFORMED, MESSAGE, ("book_room",)),
        verdict,
        Judging("model:x/y+harm@1", "hash", tries),
    )
    assert Judgment.model_validate(json.loads(json.dumps(found.model_dump(mode="json")))) == found
    assert (found.verdict, found.outcome_rank, found.gate) == ("harm", 2, Gate.OPEN)
    assert found.gated == ("a1",)
    assert found.duties == found.duties_done == ("book_room",)
    assert found.ledger == acts
    assert len(found.ledger.malformed) == 1
