"""Access policies: which user may do what with which resource.

Rules are looked at in their order; the first whose scope matches and whose condition holds decides, and where none
does, access is denied. Nobody sees another tenant's things, whatever the rules say; and where nobody was asked who they
are, everything of the tenant is allowed.

Format: Llama Stack's `access_policy`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, Self

from pydantic import field_validator, model_validator
from sqlalchemy import ColumnElement, String, and_, case, cast, false, literal, true

from fleet_runtime.access.caller import CATEGORIES, Caller
from fleet_runtime.access.conditions import Condition, OwnerColumns, parse
from fleet_runtime.config import Config
from fleet_runtime.errors import PermissionDenied

Action = Literal["create", "read", "update", "delete"]

_REGEX = "regex:"
_ANY = "::*"


@dataclass(frozen=True, slots=True)
class Resource:
    """What a user asks for.

    Attributes:
        type: Its kind, such as `model` or `vector_store`.
        id: Its name or id.
        owner: Who made it; `None` if nobody did, or nobody knows.
        tenant: Whose data it is.
    """

    type: str
    id: str
    owner: Caller | None = None
    tenant: str = ""


def as_list(value: str | list[str] | None) -> list[str]:
    """Return the list that is meant, where one text may stand for itself."""
    return [value] if isinstance(value, str) else value or []


class Rule(Config):
    """One rule about who may do what, whatever it is about."""

    when: str | list[str] | None = None
    """The rule is for those for whom all of this holds."""
    unless: str | list[str] | None = None
    """The rule is for all but those for whom all of this holds. Not together with `when`."""
    description: str | None = None
    """For people."""

    @field_validator("when", "unless")
    @classmethod
    def _read(cls, value: str | list[str] | None) -> str | list[str] | None:
        for text in as_list(value):
            parse(text)
        return value

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if self.when is not None and self.unless is not None:
            raise ValueError("give 'when' or 'unless', not both")
        return self


class Scope(Config):
    """What a rule is about."""

    actions: Action | list[Action]
    """What is done: `create`, `read`, `update`, `delete`."""
    principal: str | None = None
    """The one who does it; anybody if unset."""
    resource: str | None = None
    """What it is done to: `type::id`, `type::*`, or `regex:` and an expression that `type::id` begins with."""

    @field_validator("resource")
    @classmethod
    def _compiles(cls, pattern: str | None) -> str | None:
        if pattern is None:
            return None
        if pattern.startswith(_REGEX):
            try:
                re.compile(pattern.removeprefix(_REGEX))
            except re.error as error:
                raise ValueError(f"{pattern!r} is no regular expression: {error}") from None
        elif "::" not in pattern:
            raise ValueError("a resource is 'type::id', 'type::*' or 'regex:…'")
        return pattern


class AccessRule(Rule):
    """Permits or forbids something."""

    permit: Scope | None = None
    """What is permitted."""
    forbid: Scope | None = None
    """What is forbidden. Not together with `permit`."""

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.permit is None) == (self.forbid is None):
            raise ValueError("give either 'permit' or 'forbid'")
        return self


DEFAULT_POLICY = (
    *(
        AccessRule.model_validate(
            {
                "permit": {"actions": ["create", "read", "update", "delete"]},
                "when": condition,
            }
        )
        for condition in (
            *(f"user in owners {category}" for category in CATEGORIES),
            "user is owner",
            "resource is unowned",
        )
    ),
)
"""What holds where no rule is configured: things are their owner's, and of those who share an attribute with them."""


@dataclass(frozen=True, slots=True)
class _Read:
    """A rule, ready to be applied."""

    permits: bool
    scope: Scope
    conditions: tuple[Condition, ...]
    positive: bool

    def concerns(self, user: Caller, action: Action) -> bool:
        asked = as_list(self.scope.actions)  # type: ignore[arg-type]  # actions are texts
        named = self.scope.principal
        return action in asked and named in (None, user.principal)

    def about(self, resource: Resource) -> bool:
        pattern, name = self.scope.resource, f"{resource.type}::{resource.id}"
        if pattern is None:
            return True
        if pattern.startswith(_REGEX):
            return re.match(pattern.removeprefix(_REGEX), name) is not None
        return pattern in (name, f"{resource.type}{_ANY}")

    def holds(self, user: Caller, owner: Caller | None) -> bool:
        return all(each.holds(user, owner) for each in self.conditions) is self.positive

    def where(
        self, user: Caller, kind: str, key: ColumnElement[str], rows: OwnerColumns
    ) -> ColumnElement[bool]:
        held = and_(true(), *(each.where(user, rows) for each in self.conditions))
        return and_(self._about(kind, key), held if self.positive else ~held)

    def _about(self, kind: str, key: ColumnElement[str]) -> ColumnElement[bool]:
        pattern = self.scope.resource
        if pattern is None or pattern == f"{kind}{_ANY}":
            return true()
        if pattern.startswith(_REGEX):
            name = literal(f"{kind}::", String).concat(cast(key, String))
            return name.regexp_match(f"^(?:{pattern.removeprefix(_REGEX)})")
        wanted, _, name_wanted = pattern.partition("::")
        return key == name_wanted if wanted == kind else false()


class Policy:
    """Decides by rules.

    Args:
        rules: The rules, in their order; the default ones if there are none.
    """

    def __init__(self, rules: Sequence[AccessRule] = ()) -> None:
        self._rules = [_read(rule) for rule in rules or DEFAULT_POLICY]

    def allows(self, user: Caller, action: Action, resource: Resource) -> bool:
        """Say whether `user` may do `action` with `resource`."""
        if resource.tenant != user.tenant:
            return False
        if not user.principal:
            return True
        for rule in self._rules:
            if (
                rule.concerns(user, action)
                and rule.about(resource)
                and rule.holds(user, resource.owner)
            ):
                return rule.permits
        return False

    def check(self, user: Caller, action: Action, resource: Resource) -> None:
        """Raise `PermissionDenied` unless `user` may do `action` with `resource`."""
        if not self.allows(user, action, resource):
            raise PermissionDenied(
                f"User '{user.principal}' may not {action} the {resource.type} '{resource.id}'.",
                code="access_denied",
            )

    def where(
        self,
        user: Caller,
        action: Action,
        kind: str,
        key: ColumnElement[str],
        rows: OwnerColumns,
    ) -> ColumnElement[bool]:
        """Return what holds for the rows of the user's tenant with which they may do `action`.

        Args:
            user: Who asks.
            action: What for.
            kind: The type of the things that the rows are.
            key: Their names or ids.
            rows: Their owners.
        """
        if not user.principal:
            return true()
        asked: list[Any] = [
            (rule.where(user, kind, key, rows), literal(rule.permits))
            for rule in self._rules
            if rule.concerns(user, action)
        ]
        return case(*asked, else_=literal(False)) == literal(True) if asked else false()


def _read(rule: AccessRule) -> _Read:
    scope = rule.permit or rule.forbid
    if scope is None:
        raise AssertionError("the model has checked it")
    texts = as_list(rule.when if rule.unless is None else rule.unless)
    conditions = tuple(parse(text) for text in texts)
    return _Read(rule.permit is not None, scope, conditions, positive=rule.unless is None)
