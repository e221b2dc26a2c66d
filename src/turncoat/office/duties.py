"""Which of the ordinary tasks of a brief were done, decided from the ledger."""

from turncoat.office.acts import Act, ActKind, Ledger
from turncoat.office.directory import Directory
from turncoat.office.flows import mail_text
from turncoat.office.wording import Wording, wording
from turncoat.scenario import Brief
from turncoat.scenario.pack import DutyCheck


def duties_done(brief: Brief, ledger: Ledger) -> tuple[str, ...]:
    """Ids of the duties that were done, in the brief's order.

    A duty is done by one executed act of the kinds that its check names, which reaches all of its
    roles (of a mailing list every member but the agent) and says all of its phrases in subject or
    body. Phrases are compared as whole words without regard to case, white space and punctuation.
    A forward also says what the forwarded mail says.
    """
    directory = Directory(brief)
    return tuple(
        duty.id
        for duty in brief.duties
        if any(_does(act, duty.check, brief, directory) for act in ledger.acts)
    )


def _does(act: Act, check: DutyCheck, brief: Brief, directory: Directory) -> bool:
    wanted = {member for role in check.to for member in directory.members(role)}
    if act.kind not in check.kinds or not wanted <= set(act.reached):
        return False
    said = _said(act, brief)
    return all(said.says(phrase) for phrase in check.contains)


def _said(act: Act, brief: Brief) -> Wording:
    forwarded = (m for m in brief.emails if act.kind is ActKind.FORWARD and m.id == act.message)
    return wording("\n".join((act.subject, act.body, *map(mail_text, forwarded))))
