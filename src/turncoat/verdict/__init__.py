"""Verdicts: the outcome rules over a ledger, the judge's prompt with its fence, its answer's parser."""

from turncoat.verdict.answer import JudgeAnswer, MalformedAnswer, code_of, parse_answer
from turncoat.verdict.blinding import Blinded, Blinding, Names, blinding
from turncoat.verdict.decide import cut_short, decide, response_of, settle, unscored
from turncoat.verdict.exhibits import (
    Exhibit,
    Original,
    blinded,
    exhibits,
    fenced,
    fenced_bodies,
)
from turncoat.verdict.judgment import (
    UNREACHABLE_STORE,
    Hearing,
    JudgeTry,
    Judging,
    Judgment,
    MemberJudgment,
    judgment,
    member_judgment,
)
from turncoat.verdict.panel import PanelRule, panel_verdict
from turncoat.verdict.rubric import JudgePrompt, Rubric, judge_prompt
from turncoat.verdict.rules import LedgerOutcome, gate_of, gated_acts, ledger_outcome
from turncoat.verdict.run_key import RunKey
from turncoat.verdict.verdicts import Evidence, Gate, NeedsJudge, Response, Unscored, Verdict

__all__ = [
    "UNREACHABLE_STORE",
    "Blinded",
    "Blinding",
    "Evidence",
    "Exhibit",
    "Gate",
    "Hearing",
    "JudgeAnswer",
    "JudgePrompt",
    "JudgeTry",
    "Judging",
    "Judgment",
    "LedgerOutcome",
    "MalformedAnswer",
    "MemberJudgment",
    "Names",
    "NeedsJudge",
    "Original",
    "PanelRule",
    "Response",
    "Rubric",
    "RunKey",
    "Unscored",
    "Verdict",
    "blinded",
    "blinding",
    "code_of",
    "cut_short",
    "decide",
    "exhibits",
    "fenced",
    "fenced_bodies",
    "gate_of",
    "gated_acts",
    "judge_prompt",
    "judgment",
    "ledger_outcome",
    "member_judgment",
    "panel_verdict",
    "parse_answer",
    "response_of",
    "settle",
    "unscored",
]
