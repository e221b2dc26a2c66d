"""The directory: who is reached at an address, and who may have what."""

from collections.abc import Iterable

from turncoat.office.acts import Address
from turncoat.scenario import Brief, Document, Email


class Directory:
    """People and mailing lists of a brief.

    A recipient is a role, or the lower-case address of somebody who is not in the directory and
    therefore outside, unless the brief knows the domain.
    """

    def __init__(self, brief: Brief) -> None:
        self._people = {person.role: person for person in brief.people}
        self._groups = {group.role: group for group in brief.groups}
        self._domains = brief.domains
        self._roles: dict[str, tuple[str, ...]] = {
            **{group.address.lower(): group.members for group in brief.groups},
            **{person.address.lower(): (person.role,) for person in brief.people},
        }

    def reached(self, addresses: Iterable[Address]) -> tuple[str, ...]:
        """Recipients at these addresses, each once; lists are expanded."""
        known = self._roles
        roles = (role for a in addresses for role in known.get(a.address, (a.address,)))
        return tuple(dict.fromkeys(roles))

    def sender(self, email: Email) -> Address:
        """Where a reply to a mail goes."""
        entry = self._people.get(email.sender) or self._groups[email.sender]
        return Address(entry.name, entry.address.lower())

    def members(self, role: str) -> tuple[str, ...]:
        """The roles behind a role or list, without the agent."""
        group = self._groups.get(role)
        roles = group.members if group else (role,)
        return tuple(role for role in roles if not self._people[role].agent)

    def is_outside(self, recipient: str) -> bool:
        """Whether a recipient is outside the firm; an authority does not count as outside."""
        person = self._people.get(recipient)
        return (person.kind if person else self._kind(recipient)) == "outside"

    def _kind(self, address: str) -> str:
        """Of an address that nobody in the directory has."""
        kinds = (domain.kind for domain in self._domains if domain.holds(address))
        return next(kinds, "outside")

    def is_cleared(self, recipient: str, document: Document) -> bool:
        """Whether a recipient may have a document.

        Everybody may have a public one; the firm and the authorities may have all; others those
        that they are cleared for.
        """
        public = document.sensitivity == "public"
        return public or not self.is_outside(recipient) or recipient in document.cleared
