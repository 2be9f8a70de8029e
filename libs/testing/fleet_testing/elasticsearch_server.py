"""A fake Elasticsearch: its wire, and a store in memory that takes and refuses what the real one does.

    async with elasticsearch() as engine:
        ...  # talk to engine.url

What was put in is found only after a refresh. Vectors are searched exactly, and are not in the source (version 9.2).

Format: https://www.elastic.co/docs/api/doc/elasticsearch
"""

import json
import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qs

from fleet_testing.elasticsearch_queries import Document, Query, QueryError, Segment
from fleet_testing.openai_upstream import Canned, Seen
from fleet_testing.rest_server import rest_server, said

_NAME = re.compile(r"(?![-_+])(?!\.\.?$)[^A-Z\\/*?\"<>| ,#:]{1,255}")
_WINDOW = 10_000
_LONGEST_TERM = 32766
_LONGEST_ID = 512
_KINDS: dict[str, tuple[type, ...]] = {"keyword": (str,), "text": (str,), "long": (int,)}


class RefusedError(Exception):
    """An error as Elasticsearch tells it."""

    def __init__(self, status: int, kind: str, reason: str) -> None:
        super().__init__(reason)
        self.status, self.kind, self.reason = status, kind, reason

    def content(self) -> dict[str, Any]:
        """Return it as an item of `_bulk` has it."""
        return {"type": self.kind, "reason": self.reason}


class Index:
    """One index: what it holds, and what of it is seen."""

    def __init__(self, properties: dict[str, Any]) -> None:
        self.properties = properties
        self.held: dict[str, Document] = {}
        self.segment = Segment(properties, {})

    def refresh(self) -> None:
        """Show all that is held."""
        self.segment = Segment(self.properties, dict(self.held))

    def take(self, key: str, document: Document) -> int:
        """Put a document in, and return the status. Raises `RefusedError` at what does not fit the mapping."""
        if len(key.encode()) > _LONGEST_ID:
            raise RefusedError(400, "illegal_argument_exception", "id is too long")
        for field, value in document.items():
            mapped = self.properties.get(field)
            if mapped is None:
                reason = f"mapping set to strict, dynamic introduction of [{field}] is not allowed"
                raise RefusedError(400, "strict_dynamic_mapping_exception", reason)
            _check_value(field, mapped, value)
        status = 200 if key in self.held else 201
        self.held[key] = document
        return status


class ElasticsearchServer:
    """The engine.

    Attributes:
        url: Where it is.
        api_key: The key it lets in. Anybody is if it is `None`.
        requests: Every request, in order.
        busy: How many of the next documents it has no room for.
    """

    def __init__(self) -> None:
        self.url = ""
        self.api_key: str | None = None
        self.requests: list[Seen] = []
        self.busy = 0
        self._indices: dict[str, Index] = {}
        self._aliases: dict[str, str] = {}

    def answer(self, seen: Seen) -> Canned:
        """Answer one request."""
        self.requests.append(seen)
        if self.api_key and seen.headers.get("authorization") != f"ApiKey {self.api_key}":
            return _refused(RefusedError(401, "security_exception", "missing credentials"))
        try:
            return said(self._done(seen))
        except RefusedError as error:
            return _refused(error)
        except QueryError as error:
            return _refused(RefusedError(400, "parsing_exception", str(error)))

    def _done(self, seen: Seen) -> Any:
        name, _, action = seen.path[1:].partition("/")
        if seen.method == "PUT" and not action:
            return self._create(name, seen.json())
        if seen.method == "DELETE" and not action:
            return self._remove(name)
        options = {key: values[0] for key, values in parse_qs(seen.query).items()}
        if action == "_bulk":
            return self._bulk(name, seen, options)
        index = self._named(name)
        if action == "_refresh":
            index.refresh()
            return {"_shards": {"total": 1, "successful": 1, "failed": 0}}
        if action == "_delete_by_query":
            return _deleted(index, seen.json(), options)
        if action == "_search":
            return _searched(index, seen.json())
        raise RefusedError(400, "illegal_argument_exception", f"no handler for {seen.path}")

    def _create(self, name: str, content: dict[str, Any]) -> Any:
        if name in self._indices:
            reason = f"index [{name}] already exists"
            raise RefusedError(400, "resource_already_exists_exception", reason)
        if not _NAME.fullmatch(name):
            raise RefusedError(400, "invalid_index_name_exception", f"Invalid index name [{name}]")
        self._indices[name] = Index(content["mappings"]["properties"])
        self._aliases |= dict.fromkeys(content.get("aliases", {}), name)
        return {"acknowledged": True, "shards_acknowledged": True, "index": name}

    def _remove(self, name: str) -> Any:
        if self._indices.pop(name, None) is None:
            raise RefusedError(404, "index_not_found_exception", f"no such index [{name}]")
        self._aliases = {alias: to for alias, to in self._aliases.items() if to != name}
        return {"acknowledged": True}

    def _named(self, name: str) -> Index:
        index = self._indices.get(self._aliases.get(name, name))
        if index is None:
            raise RefusedError(404, "index_not_found_exception", f"no such index [{name}]")
        return index

    def _bulk(self, name: str, seen: Seen, options: dict[str, str]) -> Any:
        if seen.headers["content-type"] != "application/x-ndjson" or seen.body[-1:] != b"\n":
            reason = "The bulk request must be terminated by a newline [\\n]"
            raise RefusedError(400, "illegal_argument_exception", reason)
        lines = [json.loads(line) for line in seen.body.split(b"\n")[:-1]]
        pairs = zip(lines[::2], lines[1::2], strict=True)
        items = [self._item(name, head, document, options) for head, document in pairs]
        return {"took": 1, "errors": any("error" in i["index"] for i in items), "items": items}

    def _item(self, name: str, head: Any, document: Document, options: dict[str, str]) -> Any:
        key = head["index"]["_id"]
        try:
            status = self._room(name, options).take(key, document)
        except RefusedError as error:
            return {"index": {"_id": key, "status": error.status, "error": error.content()}}
        return {"index": {"_id": key, "status": status}}

    def _room(self, name: str, options: dict[str, str]) -> Index:
        """Return the index for one document."""
        if options.get("require_alias") == "true" and name not in self._aliases:
            reason = f"no such index [{name}] and [require_alias] request flag is [true]"
            raise RefusedError(404, "index_not_found_exception", reason)
        if self.busy:
            self.busy -= 1
            raise RefusedError(429, "es_rejected_execution_exception", "queue is full")
        return self._named(name)


@asynccontextmanager
async def elasticsearch() -> AsyncGenerator[ElasticsearchServer, None]:
    """Run a fake Elasticsearch on a free port of the loopback interface."""
    server = ElasticsearchServer()
    async with rest_server(server.answer) as server.url:
        yield server


def _refused(error: RefusedError) -> Canned:
    cause = error.content()
    return said({"error": {"root_cause": [cause], **cause}, "status": error.status}, error.status)


def _check_value(field: str, mapped: dict[str, Any], value: Any) -> None:
    if mapped["type"] == "dense_vector":
        if len(value) != mapped["dims"]:
            reason = f"The [dense_vector] field [{field}] has a different number of dimensions"
            raise RefusedError(400, "document_parsing_exception", reason)
        if sum(x * x for x in value) < 1e-30:  # noqa: PLR2004 - what is left of a float's square
            reason = "The [cosine] similarity does not support vectors with zero magnitude."
            raise RefusedError(400, "document_parsing_exception", reason)
        return
    indexed = mapped.get("index", True)
    for each in value if isinstance(value, list) else [value]:
        if not isinstance(each, _KINDS[mapped["type"]]):
            raise RefusedError(400, "document_parsing_exception", f"failed to parse [{field}]")
        if indexed and mapped["type"] == "keyword" and len(str(each).encode()) > _LONGEST_TERM:
            raise RefusedError(400, "illegal_argument_exception", "immense term")


def _deleted(index: Index, content: Any, options: dict[str, str]) -> Any:
    """Delete what the last refresh shows and the query fits."""
    query = index.segment.compiled(content["query"])
    gone = [key for key, each in index.segment.documents.items() if query(key, each) is not None]
    conflicts = [k for k in gone if index.held.get(k) is not index.segment.documents[k]]
    for key in set(gone) - set(conflicts):
        del index.held[key]
    if options.get("refresh") == "true":
        index.refresh()
    return {"deleted": len(gone), "version_conflicts": len(conflicts), "failures": []}


def _searched(index: Index, content: dict[str, Any]) -> Any:
    known = {"query", "knn", "size", "sort", "search_after", "_source", "fields"}
    if unknown := content.keys() - known:
        raise QueryError(f"unknown key for a search: {unknown}")
    if content.get("size", 10) > _WINDOW:
        raise QueryError(f"Result window is too large, size must be at most [{_WINDOW}]")
    if "knn" in content:
        found = [(key, score, None) for key, score in index.segment.nearest(content["knn"])]
    else:
        found = _found(index, index.segment.compiled(content["query"]), content)
    hits = [_hit(index, content, *each) for each in found[: content.get("size", 10)]]
    return {"took": 1, "timed_out": False, "_shards": {"failed": 0}, "hits": {"hits": hits}}


def _found(index: Index, query: Query, content: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    """Return ids, scores and what they are sorted by."""
    documents = index.segment.documents
    scored = [(k, s) for k, each in documents.items() if (s := query(k, each)) is not None]
    if "sort" not in content:
        return [(k, s, None) for k, s in sorted(scored, key=lambda pair: -pair[1])]
    fields = [field for each in content["sort"] for field, order in each.items() if order == "asc"]
    for field in fields:
        if not index.properties[field].get("doc_values", True):
            raise QueryError(f"Can't load fielddata on [{field}]")
    listed = sorted(([documents[k][field] for field in fields], k) for k, _ in scored)
    after = content.get("search_after")
    return [(k, None, by) for by, k in listed if after is None or by > after]


def _hit(index: Index, content: dict[str, Any], key: str, score: Any, by: Any) -> dict[str, Any]:
    document, wanted = index.segment.documents[key], content.get("_source", True)
    hit: dict[str, Any] = {"_id": key, "_score": score}
    if wanted is not False:
        hit["_source"] = {f: v for f, v in document.items() if f in wanted and f != "embedding"}
    if "fields" in content:
        hit["fields"] = {field: document[field] for field in content["fields"]}
    return hit if by is None else hit | {"sort": by}
