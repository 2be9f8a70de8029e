"""The conditions of access rules: what must hold between a user and what they ask for.

Grammar: Llama Stack's, https://llama-stack.readthedocs.io, `access_policy`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from sqlalchemy import ColumnElement, false, true

from fleet_runtime.access.caller import CATEGORIES, Caller

_CATEGORY = rf"(?P<category>{'|'.join(CATEGORIES)})"


class OwnerColumns(Protocol):
    """The owner of each row of a query, for conditions that the database is to check."""

    def unowned(self) -> ColumnElement[bool]:
        """Hold for rows that nobody owns."""
        ...

    def owned_by(self, principal: str) -> ColumnElement[bool]:
        """Hold for rows that `principal` owns."""
        ...

    def shares(self, category: str, values: frozenset[str]) -> ColumnElement[bool]:
        """Hold for rows whose owner has one of `values` in `category`."""
        ...


class Condition(Protocol):
    """What must hold."""

    def holds(self, user: Caller, owner: Caller | None) -> bool:
        """Say whether it holds for `user`, and for a thing of `owner`'s."""
        ...

    def where(self, user: Caller, rows: OwnerColumns) -> ColumnElement[bool]:
        """Return what holds for the rows for which it does."""
        ...


@dataclass(frozen=True, slots=True)
class IsOwner:
    """`user is owner`."""

    def holds(self, user: Caller, owner: Caller | None) -> bool:
        """Say whether it holds."""
        return owner is not None and owner.principal == user.principal

    def where(self, user: Caller, rows: OwnerColumns) -> ColumnElement[bool]:
        """Return what holds for its rows."""
        return rows.owned_by(user.principal)


@dataclass(frozen=True, slots=True)
class Has:
    """`user with <value> in <category>`: of the user alone."""

    value: str
    category: str

    def holds(self, user: Caller, owner: Caller | None) -> bool:
        """Say whether it holds."""
        del owner
        return self.value in user.of(self.category)

    def where(self, user: Caller, rows: OwnerColumns) -> ColumnElement[bool]:
        """Return what holds for all rows, or for none."""
        del rows
        return true() if self.holds(user, None) else false()


@dataclass(frozen=True, slots=True)
class SharesWithOwner:
    """`user in owners <category>`: they have a value in common. With nobody, nobody has any."""

    category: str

    def holds(self, user: Caller, owner: Caller | None) -> bool:
        """Say whether it holds."""
        return owner is not None and not owner.of(self.category).isdisjoint(user.of(self.category))

    def where(self, user: Caller, rows: OwnerColumns) -> ColumnElement[bool]:
        """Return what holds for its rows."""
        return rows.shares(self.category, user.of(self.category))


@dataclass(frozen=True, slots=True)
class IsUnowned:
    """`resource is unowned`: of the config, or made when nobody was asked who they are."""

    def holds(self, user: Caller, owner: Caller | None) -> bool:
        """Say whether it holds."""
        del user
        return owner is None

    def where(self, user: Caller, rows: OwnerColumns) -> ColumnElement[bool]:
        """Return what holds for its rows."""
        del user
        return rows.unowned()


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite of another."""

    other: Condition

    def holds(self, user: Caller, owner: Caller | None) -> bool:
        """Say whether it holds."""
        return not self.other.holds(user, owner)

    def where(self, user: Caller, rows: OwnerColumns) -> ColumnElement[bool]:
        """Return what holds for its rows."""
        return ~self.other.where(user, rows)


_Make: TypeAlias = Callable[[re.Match[str]], Condition]
_FORMS: tuple[tuple[re.Pattern[str], _Make], ...] = tuple(
    (re.compile(form), make)
    for form, make in (
        (r"user is owner", lambda _: IsOwner()),
        (r"user is not owner", lambda _: Not(IsOwner())),
        (
            rf"user with (?P<value>.+) not in {_CATEGORY}",
            lambda found: Not(Has(found["value"], found["category"])),
        ),
        (
            rf"user with (?P<value>.+) in {_CATEGORY}",
            lambda found: Has(found["value"], found["category"]),
        ),
        (rf"user in owners {_CATEGORY}", lambda found: SharesWithOwner(found["category"])),
        (
            rf"user not in owners {_CATEGORY}",
            lambda found: Not(SharesWithOwner(found["category"])),
        ),
        (r"resource is unowned", lambda _: IsUnowned()),
    )
)
_KNOWN = (
    "'user is owner', 'user is not owner', 'user with VALUE in CATEGORY', 'user with VALUE not in CATEGORY',"
    " 'user in owners CATEGORY', 'user not in owners CATEGORY', 'resource is unowned', where CATEGORY is one of "
    + ", ".join(CATEGORIES)
)


def parse(text: str) -> Condition:
    """Read one condition.

    Raises:
        ValueError: It is none.
    """
    for form, make in _FORMS:
        if found := form.fullmatch(text.strip()):
            return make(found)
    raise ValueError(f"{text!r} is no condition; there are {_KNOWN}")


def of_the_user(condition: Condition) -> tuple[Has, bool]:
    """Return a condition that knows no resource, and whether it is meant as it stands, not as its opposite.

    Raises:
        ValueError: It asks for an owner.
    """
    if isinstance(condition, Has):
        return condition, True
    if isinstance(condition, Not) and isinstance(condition.other, Has):
        return condition.other, False
    raise ValueError(
        "a route has no owner: use 'user with VALUE in CATEGORY' or 'user with VALUE not in CATEGORY'"
    )
