"""All tool groups: those of the config, and those that callers registered."""

import asyncio
from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import aclosing, asynccontextmanager

import structlog

from fleet_runtime.errors import Conflict, InvalidArgument, NotFound, Unavailable, Unimplemented
from fleet_runtime.store.registered import Registered, first_and_registered
from fleet_tools.group import ToolGroup

log = structlog.get_logger()


class ToolGroups:
    """Knows the tool groups. What another replica was told is known here within a second.

    Args:
        configured: The config's, in its order.
        store: Where those of callers are kept, if they may register any.
    """

    def __init__(
        self, configured: Iterable[ToolGroup], store: Registered[ToolGroup] | None
    ) -> None:
        self._configured = {group.id: group for group in configured}
        self._store = store
        self._registered: Mapping[str, ToolGroup] = {}

    @asynccontextmanager
    async def following(self) -> AsyncGenerator[None, None]:
        """Read what callers registered, now and whenever it may have changed, while the block runs."""
        if self._store is None:
            yield
            return
        await self.refresh()
        task = asyncio.create_task(self._follow(self._store))
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait([task])

    def all(self) -> list[ToolGroup]:
        """Return all groups that are known here: the config's first, then the others, oldest first."""
        return list(first_and_registered(self._configured, self._registered).values())

    def known(self, name: str) -> ToolGroup | None:
        """Return a group, as far as it is known here."""
        return self._configured.get(name) or self._registered.get(name)

    async def get(self, name: str) -> ToolGroup:
        """Return a group, looking for it once more where it is not known here.

        Raises:
            NotFound: There is none of that name.
        """
        group = self.known(name)
        if group is None:
            await self.refresh()
            group = self.known(name)
        if group is None:
            raise unknown_group(name)
        return group

    async def refresh(self) -> None:
        """Read what callers registered now. Where that fails, what was known goes on to hold."""
        if self._store is None:
            return
        try:
            self._registered = await self._store.all()
        except Unavailable as error:
            log.warning("tools.groups_not_read", cause=error.message)

    async def add(self, group: ToolGroup) -> None:
        """Register a group. One that is there already with the same settings is left as it is.

        Raises:
            Conflict: The name stands for another group.
            Unimplemented: There is no store.
        """
        store = self._writable()
        if group.id in self._configured:
            raise _taken(group.id)
        added = await store.add(group)
        await self.refresh()
        if not added and self._registered.get(group.id) != group:
            raise _taken(group.id)

    async def remove(self, name: str) -> None:
        """Take away a group that a caller registered.

        Raises:
            InvalidArgument: The config has it.
            NotFound: There is none of that name.
        """
        if name in self._configured:
            raise InvalidArgument(
                f"Tool group '{name}' is of the service's config; remove it there.",
                code="toolgroup_configured",
                param="toolgroup_id",
            )
        removed = self._store is not None and await self._store.remove(name)
        await self.refresh()
        if not removed:
            raise unknown_group(name)

    def _writable(self) -> Registered[ToolGroup]:
        if self._store is None:
            raise Unimplemented(
                "Tool groups cannot be registered here: the tools service has no `store`. Name them in its config.",
                code="no_store",
            )
        return self._store

    async def _follow(self, store: Registered[ToolGroup]) -> None:
        async with aclosing(store.changes()) as changes:
            async for _ in changes:
                await self.refresh()


def unknown_group(name: str) -> NotFound:
    """Return the error for a tool group that is not there."""
    return NotFound(
        f"Tool group '{name}' not found. Use 'client.toolgroups.list()' to list available tool groups.",
        code="toolgroup_not_found",
        param="toolgroup_id",
    )


def _taken(name: str) -> Conflict:
    return Conflict(
        f"The name '{name}' stands for another tool group; unregister that first.",
        code="toolgroup_exists",
        param="toolgroup_id",
    )
