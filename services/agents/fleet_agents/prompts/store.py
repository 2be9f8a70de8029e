"""Prompts and their versions. Each tenant sees its own."""

from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from fleet.agents.v1 import messages as m
from fleet_agents.items.ids import new_id
from fleet_agents.prompts.refusals import no_prompt, no_version, not_latest
from fleet_agents.prompts.tables import PROMPTS, VERSIONS
from fleet_runtime.store import Database
from fleet_runtime.store.rows import TENANT, now_ms

_OF, _EACH = PROMPTS.c, VERSIONS.c
_NAMES = msgspec.json.Decoder(list[str])


class PromptStore:
    """Keeps prompts in their versions, which never change once they are there."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def create(self, text: str, variables: list[str]) -> m.Prompt:
        """Keep a new prompt, of which this is version 1 and the default."""
        prompt_id = new_id("pmpt")
        row = {"tenant": TENANT, "id": prompt_id, "created": now_ms()}
        version = m.Prompt(
            prompt=text, version=1, prompt_id=prompt_id, variables=variables, is_default=True
        )
        async with self._database.begin() as connection:
            await connection.execute(sa.insert(PROMPTS), {**row, "latest": 1, "default_version": 1})
            await _insert(connection, version)
        return version

    async def get(
        self, prompt_id: str, version: int | None = None, *, param: str = "prompt.id"
    ) -> m.Prompt:
        """Return a version of a prompt: the default one if none is named.

        Args:
            prompt_id: The prompt.
            version: The version's number.
            param: The field of the request that names the prompt.

        Raises:
            NotFound: There is no such prompt, or no such version of it.
        """
        wanted = _OF.default_version if version is None else version
        query = _versions().where(_OF.id == prompt_id, _EACH.version == wanted)
        async with self._database.begin() as connection:
            row = (await connection.execute(query)).first()
            if row is None:
                latest = await _latest(connection, prompt_id, param)
                raise no_version(prompt_id, version, latest, param)
        return _read(row)

    async def defaults(self) -> list[m.Prompt]:
        """Return the default version of every prompt, newest prompt first."""
        query = (
            _versions()
            .where(_EACH.version == _OF.default_version)
            .order_by(_OF.created.desc(), _OF.id.desc())
        )
        async with self._database.begin() as connection:
            return [_read(row) for row in await connection.execute(query)]

    async def versions(self, prompt_id: str) -> list[m.Prompt]:
        """Return all versions of a prompt, oldest first, or raise `NotFound`."""
        query = _versions().where(_OF.id == prompt_id).order_by(_EACH.version)
        async with self._database.begin() as connection:
            found = [_read(row) for row in await connection.execute(query)]
        if not found:
            raise no_prompt(prompt_id)
        return found

    async def update(
        self, prompt_id: str, known: int, text: str, variables: list[str], *, make_default: bool
    ) -> m.Prompt:
        """Add a version and return it. Of several who know the same version, one succeeds.

        Args:
            prompt_id: The prompt.
            known: The latest version that the caller knows of.
            text: The text.
            variables: Its variables.
            make_default: Whether it becomes the default.

        Raises:
            NotFound: There is no such prompt.
            InvalidArgument: `known` is not the latest version.
        """
        latest = _OF.latest + 1
        changes = (
            {"latest": latest, "default_version": latest} if make_default else {"latest": latest}
        )
        # Whoever changes the row first has it locked, and then `known` is the latest for nobody else.
        added = (
            sa.update(PROMPTS)
            .where(*_named(prompt_id), _OF.latest == known)
            .values(changes)
            .returning(_OF.latest, _OF.default_version)
        )
        async with self._database.begin() as connection:
            row = (await connection.execute(added)).first()
            if row is None:
                raise not_latest(prompt_id, known, await _latest(connection, prompt_id))
            version = m.Prompt(
                prompt=text,
                version=row.latest,
                prompt_id=prompt_id,
                variables=variables,
                is_default=row.latest == row.default_version,
            )
            await _insert(connection, version)
        return version

    async def set_default(self, prompt_id: str, version: int) -> m.Prompt:
        """Make a version the default one and return it, or raise `NotFound`."""
        chosen = (
            sa.update(PROMPTS)
            .where(*_named(prompt_id), _OF.latest >= version)
            .values(default_version=version)
        )
        async with self._database.begin() as connection:
            await connection.execute(chosen)
        return await self.get(prompt_id, version, param="prompt_id")

    async def delete(self, prompt_id: str) -> None:
        """Forget a prompt with all of its versions, or raise `NotFound`."""
        # The prompt first: whoever adds a version at the same time has done so before, or finds no prompt.
        async with self._database.begin() as connection:
            if not (
                await connection.execute(sa.delete(PROMPTS).where(*_named(prompt_id)))
            ).rowcount:
                raise no_prompt(prompt_id)
            inside = (_EACH.tenant == TENANT, _EACH.prompt == prompt_id)
            await connection.execute(sa.delete(VERSIONS).where(*inside))


async def _insert(connection: AsyncConnection, version: m.Prompt) -> None:
    row = {
        "tenant": TENANT,
        "prompt": version.prompt_id,
        "version": version.version,
        "text": version.prompt,
        "variables": msgspec.json.encode(version.variables).decode(),
    }
    await connection.execute(sa.insert(VERSIONS), row)


async def _latest(connection: AsyncConnection, prompt_id: str, param: str = "prompt_id") -> int:
    """Return the latest version of a prompt, or raise `NotFound`."""
    latest: int | None = await connection.scalar(sa.select(_OF.latest).where(*_named(prompt_id)))
    if latest is None:
        raise no_prompt(prompt_id, param)
    return latest


def _named(prompt_id: str) -> list[sa.ColumnElement[bool]]:
    return [_OF.tenant == TENANT, _OF.id == prompt_id]


def _versions() -> sa.Select[Any]:
    """Select all versions of all prompts."""
    same = sa.and_(_EACH.tenant == _OF.tenant, _EACH.prompt == _OF.id)
    return sa.select(VERSIONS, _OF.default_version).join(PROMPTS, same).where(_OF.tenant == TENANT)


def _read(row: sa.Row[Any]) -> m.Prompt:
    return m.Prompt(
        prompt=row.text,
        version=row.version,
        prompt_id=row.prompt,
        variables=_NAMES.decode(row.variables),
        is_default=row.version == row.default_version,
    )
