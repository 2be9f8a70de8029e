"""Looking stores up by the names that the older operations have for them."""

from fleet_runtime.errors import NotFound
from fleet_vector_io.records import StoreRecord
from fleet_vector_io.register import Register
from fleet_vector_io.service import alive


async def database(register: Register, name: str, param: str = "vector_db_id") -> StoreRecord:
    """Return a store, expired or not.

    Args:
        register: What is known of stores.
        name: Its id.
        param: The field of the request that named it.

    Raises:
        NotFound: There is none.
    """
    try:
        return await register.store(name)
    except NotFound:
        raise _missing(name, param) from None


async def usable(register: Register, name: str, param: str = "vector_db_id") -> StoreRecord:
    """Return a store that has not expired, as `database` does."""
    store = await database(register, name, param)
    try:
        return alive(store)
    except NotFound as error:
        error.param = param
        raise


def _missing(name: str, param: str) -> NotFound:
    return NotFound(
        f"There is no vector database '{name}'.", code="vector_db_not_found", param=param
    )
