"""What is asked of vector stores.

Names and meanings: https://platform.openai.com/docs/guides/tools-file-search
"""

from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

import msgspec

from fleet.vector_io.v1 import messages as m
from fleet_runtime.errors import InvalidArgument
from fleet_tools.provider import Invocation
from fleet_tools.web_search.asked import query_of

T = TypeVar("T")

# OpenAI takes two; who has more can put them into one.
_MOST_STORES = 32
# Those of Llama Stack's `builtin::rag` come last.
_STORES = ("vector_store_ids", "vector_db_ids")


class SearchOptions(msgspec.Struct, frozen=True):
    """How stores are searched.

    Attributes:
        max_num_results: The most chunks, of all stores together.
        filters: What files' attributes must be.
        ranking_options: How chunks are ranked.
        search_mode: By meaning, by words, or both; as the service is configured if unset.
    """

    max_num_results: Annotated[int, msgspec.Meta(ge=1, le=50)] = 10
    filters: dict[str, Any] | None = None
    ranking_options: m.SearchRankingOptions | None = None
    search_mode: str | None = None


class Asked(msgspec.Struct, frozen=True):
    """A query, the stores to search, and how."""

    query: str
    stores: tuple[str, ...]
    options: SearchOptions

    def of(self, store: str) -> m.SearchVectorStoreRequest:
        """Return what is asked of one store.

        Raises:
            InvalidArgument: An option is none.
        """
        told = {
            "vector_store_id": store,
            "query": self.query,
            "max_num_results": self.options.max_num_results,
        }
        if self.options.search_mode:
            told["search_mode"] = self.options.search_mode
        request = _converted(told, m.SearchVectorStoreRequest)
        if self.options.filters:
            request.filters = msgspec.Raw(msgspec.json.encode(self.options.filters))
        request.ranking_options = self.options.ranking_options
        return request


def asked_by(invocation: Invocation) -> Asked:
    """Read an invocation. What the group's settings say stands above what the model says.

    Raises:
        InvalidArgument: There is no query, no store, or an option is none.
    """
    told = {**invocation.arguments, **invocation.source.args}
    named = {name: told[name] for name in SearchOptions.__struct_fields__ if told.get(name)}
    options = _converted(named, SearchOptions)
    return Asked(query_of(invocation.arguments), _stores(told), options)


def _stores(told: Mapping[str, Any]) -> tuple[str, ...]:
    found = next((told[name] for name in _STORES if told.get(name)), None)
    if not found:
        raise InvalidArgument(
            "Say which vector stores to search, as `vector_store_ids`.", param="vector_store_ids"
        )
    stores = tuple(dict.fromkeys(_converted(found, tuple[str, ...])))
    if len(stores) > _MOST_STORES:
        raise InvalidArgument(
            f"At most {_MOST_STORES} vector stores can be searched at once; put their files into fewer.",
            param="vector_store_ids",
        )
    return stores


def _converted(told: Any, kind: type[T]) -> T:
    try:
        return msgspec.convert(told, kind)
    except msgspec.ValidationError as error:
        raise InvalidArgument(f"An option of the search is wrong: {error}.") from None
