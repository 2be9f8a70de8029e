"""`python -m fleet_auth`: run the auth service."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager

from fleet.auth.v1.operations import bind_api_key_service
from fleet.inspect.v1.operations import bind_service_info_service
from fleet_auth.api_keys import ApiKeys
from fleet_auth.authorization import Authorization, bind_authorization
from fleet_auth.callers import Callers
from fleet_auth.config import SCHEMA, ServiceConfig
from fleet_auth.key_store import KeyStore
from fleet_auth.opening import provider_of
from fleet_runtime.access.config import API_KEY_PREFIX, AuthConfig
from fleet_runtime.access.configured import configured_auth
from fleet_runtime.config import ConfigError, load
from fleet_runtime.info import Info
from fleet_runtime.operation import BoundService
from fleet_runtime.serve import run, serve
from fleet_runtime.store import Database

# In characters: none that is shorter withstands being guessed.
ADMIN_KEY_LENGTH = 24


async def main() -> None:
    """Open what the config and the section `auth` name, then serve until told to stop."""
    async with services(load(ServiceConfig), configured_auth()) as bound:
        await serve(bound)


@asynccontextmanager
async def services(
    config: ServiceConfig, auth: AuthConfig
) -> AsyncGenerator[list[BoundService], None]:
    """Open who knows the callers, and the store, and yield the services over them."""
    async with AsyncExitStack() as stack:
        provider = provider_of(auth, config.timeout)
        if provider is not None:
            stack.push_async_callback(provider.aclose)
        keys = await _keys(config, auth, stack)
        callers = Callers(provider, keys, _admin_key(auth), auth.tenancy, config.memory)
        await stack.enter_async_context(callers.forgetting())
        # The first one's health decides whether the gateway asks a replica.
        yield [
            bind_api_key_service(ApiKeys(keys, auth.tenancy)),
            bind_authorization(Authorization(callers)),
            bind_service_info_service(Info({"auth": []})),
        ]


def _admin_key(auth: AuthConfig) -> str | None:
    """Return the key that always holds, if there is one."""
    if auth.api_keys is None or auth.api_keys.admin_key is None:
        return None
    secret = auth.api_keys.admin_key
    key = secret.reveal()
    if not key.startswith(API_KEY_PREFIX) or len(key) < ADMIN_KEY_LENGTH:
        raise ConfigError(
            f"auth.api_keys.admin_key: the environment variable {secret.env} must hold a key that begins with"
            f" '{API_KEY_PREFIX}' and has {ADMIN_KEY_LENGTH} characters or more"
        )
    return key


async def _keys(config: ServiceConfig, auth: AuthConfig, stack: AsyncExitStack) -> KeyStore | None:
    """Open the store of keys, if there are any."""
    if auth.api_keys is None:
        return None
    if config.store is None:
        raise ConfigError("store: is required, as the section 'auth' has 'api_keys'")
    database = Database(config.store.database, SCHEMA)
    stack.push_async_callback(database.aclose)
    return KeyStore(database)


if __name__ == "__main__":
    run(main())
