"""What one tenant keeps in any service, no other sees; and what callers register is theirs."""

import importlib
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from fleet_agents.conversations.store import ConversationStore
from fleet_agents.prompts.store import PromptStore
from fleet_eval.datasets.dataset import Dataset
from fleet_eval.datasets.dataset_store import datasets_in_database
from fleet_eval.scoring.function import ScoringFunction
from fleet_eval.scoring.function_store import functions_in_database
from fleet_inference.config import ModelConfig
from fleet_inference.model_names import names_in_database
from fleet_runtime.access.caller import Caller, acting_for
from fleet_runtime.errors import NotFound
from fleet_runtime.store import Database, DatabaseConfig, PageRequest
from fleet_runtime.store.migrate import bring_up_to_date
from fleet_safety.provider import Shield
from fleet_safety.shield_names import shields_in_database
from fleet_tools.group import ToolGroup
from fleet_tools.group_store import groups_in_database
from fleet_vector_io.records import StoreRecord
from fleet_vector_io.register import Register

pytestmark = pytest.mark.slow

ANN = Caller("ann", "red", {"teams": frozenset({"ml"})})
BOB = Caller("bob", "red", {"teams": frozenset({"ml"})})
EVE = Caller("eve", "red", {"teams": frozenset({"ops"})})
ZOE = Caller("zoe", "blue", {"teams": frozenset({"ml"})})

REGISTERED = {
    "model": (
        "inference",
        names_in_database,
        ModelConfig(id="x", provider="p", provider_model_id="m"),
    ),
    "shield": ("safety", shields_in_database, Shield("x", "p", "m", {})),
    "tool_group": ("tools", groups_in_database, ToolGroup("x", "p")),
    "dataset": ("eval", datasets_in_database, Dataset("x", "p", "eval", None)),
    "scoring_function": (
        "eval",
        functions_in_database,
        ScoringFunction("x", "p", "n", "", "number"),
    ),
}


@asynccontextmanager
async def kept_by(service: str, folder: Any) -> Any:
    """Yield the database of a service, with its tables."""
    package = f"fleet_{service}"
    schema = importlib.import_module(f"{package}.config").SCHEMA
    config = DatabaseConfig(url=f"sqlite:///{folder}/{service}.sqlite")
    await bring_up_to_date(config, schema, f"{package}.migrations")
    database = Database(config, schema)
    try:
        yield database
    finally:
        await database.aclose()


@pytest.mark.parametrize("kind", REGISTERED)
async def test_what_callers_register_is_their_tenants_and_their_own(tmp_path, kind):
    """With what every service remembers of it, too: it reads everything at once, on nobody's behalf."""
    service, kept_in, thing = REGISTERED[kind]
    async with kept_by(service, tmp_path) as database:
        kept = kept_in(database)
        for caller in (ANN, ZOE):
            with acting_for(caller):
                assert await kept.add(thing)
        remembered = await kept.all()
        with acting_for(ZOE):
            assert await kept.remove("x")
        later = await kept.all()

        for caller, before, after in ((ANN, 1, 1), (BOB, 1, 1), (EVE, 0, 0), (ZOE, 1, 0)):
            with acting_for(caller):
                assert (before, after) == (len(remembered), len(later))
                assert (thing if after else None) == later.get("x") == await kept.get("x")
        with acting_for(EVE):
            assert not await kept.add(thing)
            assert not await kept.remove("x")


@dataclass
class Listed:
    """How things of a kind are made, found and listed."""

    service: str
    open: Any
    make: Any
    find: Any
    all: Any


async def _make_store(register: Register) -> str:
    store = StoreRecord("vs_1", 1, "n", None, "p", "e", 3, "{}", "{}", None, 1)
    async with register.database.begin() as connection:
        await register.add_store(connection, store)
    return store.id


async def _ids(page: Any) -> list[str]:
    return [item.id for item in (await page).items]


async def _prompt_ids(store: PromptStore) -> list[str]:
    return [prompt.prompt_id for prompt in await store.defaults()]


async def _make_prompt(store: PromptStore) -> str:
    return (await store.create("hello", [])).prompt_id


LISTED = {
    "vector_store": Listed(
        "vector_io",
        Register,
        _make_store,
        lambda register, name: register.store(name),
        lambda register: _ids(register.stores(PageRequest())),
    ),
    "prompt": Listed("agents", PromptStore, _make_prompt, PromptStore.get, _prompt_ids),
}


@pytest.mark.parametrize("kind", LISTED)
async def test_what_callers_keep_is_their_tenants(tmp_path, kind):
    """Although services say nothing of it: every statement is executed for the tenant of its caller."""
    listed = LISTED[kind]
    async with kept_by(listed.service, tmp_path) as database:
        store = listed.open(database)
        with acting_for(ANN):
            name = await listed.make(store)
        with acting_for(BOB):
            assert [name] == await listed.all(store)
            await listed.find(store, name)
        with acting_for(ZOE):
            assert [] == await listed.all(store)
            with pytest.raises(NotFound):
                await listed.find(store, name)
        assert [] == await listed.all(store)


async def test_a_conversation_is_its_tenants(tmp_path):
    """Its items are put in many at once."""
    async with kept_by("agents", tmp_path) as database:
        store = ConversationStore(database)
        with acting_for(ANN):
            conversation = await store.create({"a": "b"})
            assert {"a": "b"} == (await store.get(conversation.id)).metadata
        with acting_for(ZOE), pytest.raises(NotFound):
            await store.get(conversation.id)
