"""Which shields there are, and who judges by them."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager

import structlog

from fleet_runtime.call import Call
from fleet_runtime.errors import InvalidArgument, NotFound, Unavailable
from fleet_runtime.providers import Opened
from fleet_runtime.store.registered import Registered, register
from fleet_safety.provider import Conversation, SafetyProvider, Shield, Verdict
from fleet_safety.shield_names import taken

log = structlog.get_logger()


class Shields:
    """All shields: the config's, which go first, and registered ones.

    Args:
        configured: The config's.
        kept: The registered ones.
        providers: Who judges, by id.
        default: The shield that is meant where none is named.
    """

    def __init__(
        self,
        configured: Mapping[str, Shield],
        kept: Registered[Shield],
        providers: Mapping[str, Opened[SafetyProvider]],
        default: str | None = None,
    ) -> None:
        self._configured = configured
        self._kept = kept
        self._providers = providers
        self._default = default
        self._known: Mapping[str, Shield] = {}

    @asynccontextmanager
    async def watched(self) -> AsyncGenerator[None, None]:
        """Know the registered shields now, and whenever they change while the block runs."""
        await self.refresh()
        async with asyncio.TaskGroup() as group:
            watching = group.create_task(self._watch())
            try:
                yield
            finally:
                watching.cancel()

    async def _watch(self) -> None:
        async with aclosing(self._kept.changes()) as changes:
            async for _ in changes:
                await self.refresh()

    async def refresh(self) -> None:
        """Read the registered shields again. Where that fails, what was known goes on to hold."""
        try:
            self._known = await self._kept.all()
        except Unavailable as error:
            log.warning("shields.not_read", cause=str(error))

    def all(self) -> list[Shield]:
        """Return the shields that are known here, by name."""
        found = {**self._known, **self._configured}
        return [found[name] for name in sorted(found) if found[name].provider in self._providers]

    async def get(self, name: str) -> Shield:
        """Return a shield.

        Raises:
            NotFound: There is none of that name, in the database either.
        """
        shield = await self._looked_up(name)
        if shield is None:
            raise unknown_shield(name)
        return shield

    async def named(self, model: str | None) -> Shield:
        """Return the shield that a moderation's `model` means: by its own name, else by its provider's.

        Raises:
            InvalidArgument: None is named, and there is no default.
            NotFound: There is none of that name.
        """
        if model is None:
            return await self._by_default()
        shield = self._find(model) or self._find_by_provider(model)
        shield = shield or await self._looked_up(model) or self._find_by_provider(model)
        if shield is None:
            raise unknown_shield(model, param="model")
        return shield

    async def _looked_up(self, name: str) -> Shield | None:
        shield = self._find(name)
        if shield is None:
            await self.refresh()  # a replica may have registered it a moment ago
            shield = self._find(name)
        return shield

    def _find(self, name: str) -> Shield | None:
        shield = self._configured.get(name) or self._known.get(name)
        return shield if shield and shield.provider in self._providers else None

    def _find_by_provider(self, name: str) -> Shield | None:
        return next((shield for shield in self.all() if shield.name == name), None)

    async def _by_default(self) -> Shield:
        if self._default is not None:
            return await self.get(self._default)
        there = self.all()
        if len(there) != 1:
            raise InvalidArgument(
                "There is no default shield: name one as 'model'.",
                code="no_default_shield",
                param="model",
            )
        return there[0]

    async def add(self, shield: Shield) -> None:
        """Register a shield, or raise `Conflict` if its name stands for another."""
        if self._configured.get(shield.id, shield) != shield:
            raise taken(shield.id)
        self.provider(shield).check(shield)
        await register(self._kept, shield.id, shield, taken)
        await self.refresh()

    async def remove(self, name: str) -> None:
        """Take a registered shield away, or raise `NotFound` if there is none."""
        removed = await self._kept.remove(name)
        await self.refresh()
        if not removed:
            raise unknown_shield(name, "registered as")

    @property
    def provider_ids(self) -> list[str]:
        """The ids of those who judge."""
        return list(self._providers)

    def provider(self, shield: Shield) -> SafetyProvider:
        """Return who judges by a shield."""
        return self._providers[shield.provider].provider

    async def moderate(
        self, shield: Shield, inputs: Sequence[Conversation], call: Call
    ) -> Sequence[Verdict]:
        """Return a verdict for each of `inputs`, and note in `call` what judged."""
        call.notes["shield"] = shield.id
        verdicts = await self.provider(shield).moderate(shield, inputs, call)
        call.notes["flagged"] = sum(verdict.flagged for verdict in verdicts)
        return verdicts


def unknown_shield(name: str, verb: str = "called", param: str = "shield_id") -> NotFound:
    """Return the error for a shield that is not there."""
    return NotFound(
        f"No shield is {verb} '{name}'. Use 'client.shields.list()' to list available shields.",
        code="shield_not_found",
        param=param,
    )
