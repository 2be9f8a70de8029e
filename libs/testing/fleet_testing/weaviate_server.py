"""A fake Weaviate: its REST and GraphQL, and a store in memory that takes and refuses what the real one does.

    async with weaviate() as engine:
        ...  # talk to engine.url

Vectors are searched exactly. A batch makes the properties that it brings, to be searched by words.

Format: https://docs.weaviate.io/weaviate/api
"""

import re
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qs

import numpy as np
from graphql import FieldNode, GraphQLError, OperationDefinitionNode, parse
from graphql.utilities import value_from_ast_untyped

from fleet_testing.bm25 import Bm25
from fleet_testing.openai_upstream import Canned, Seen
from fleet_testing.rest_server import rest_server, said
from fleet_testing.weaviate_filters import FilterError, Fits, Rows, compiled, rows, words

_CLASS_NAME = re.compile(r"[A-Z][_0-9A-Za-z]{0,254}")
_PROPERTY_NAME = re.compile(r"[_A-Za-z][_0-9A-Za-z]{0,230}")
_ARGUMENTS = {"nearVector", "bm25", "where", "limit", "offset", "sort", "consistencyLevel"}


class RefusedError(Exception):
    """A request that Weaviate refuses."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status, self.reason = status, reason


class Class:
    """A class and its objects, by id."""

    def __init__(self, definition: dict[str, Any]) -> None:
        self.definition = definition
        self.objects: dict[str, dict[str, Any]] = {}
        self._index: dict[str, Rows] = {}
        self._words: Bm25 | None = None
        self._rows: Any = None

    @property
    def properties(self) -> dict[str, Any]:
        """The definitions of the properties, by name."""
        return {each["name"]: each for each in self.definition["properties"]}

    def add(self, definition: dict[str, Any]) -> None:
        """Add a property."""
        if definition["name"] in self.properties:
            raise RefusedError(422, f"property {definition['name']} already exists in class")
        if not _PROPERTY_NAME.fullmatch(definition["name"]):
            raise RefusedError(422, f"{definition['name']} is not a valid property name")
        self.definition["properties"].append(definition)

    def put(self, thing: dict[str, Any]) -> None:
        """Put an object in."""
        for name in thing["properties"].keys() - self.properties.keys():
            self.add({"name": name, "dataType": ["text"], "tokenization": "word"})
        others = {len(each["vector"]) for each in self.objects.values()}
        if others - {len(thing["vector"])}:
            raise RefusedError(422, "vector lengths don't match")
        self.objects[thing["id"]] = thing
        self._index[thing["id"]] = rows(thing["properties"], self.properties)
        self._changed()

    def remove(self, ids: list[str]) -> None:
        """Take objects out."""
        for each in ids:
            del self.objects[each], self._index[each]
        self._changed()

    def fitting(self, fits: Fits) -> list[str]:
        """Return the ids of the objects that fit."""
        return [key for key, each in self._index.items() if fits(each)]

    def nearest(self, ids: list[str], vector: list[float]) -> list[tuple[str, float]]:
        """Return objects with their distances, the nearest first."""
        if not ids:
            return []
        if self._rows is None:
            stored = np.array([each["vector"] for each in self.objects.values()])
            self._rows = stored / np.linalg.norm(stored, axis=1, keepdims=True)
        places = {key: place for place, key in enumerate(self.objects)}
        asked = np.array(vector)
        if asked.shape != self._rows.shape[1:]:
            raise RefusedError(200, "vector lengths don't match")
        cosines = self._rows[[places[key] for key in ids]] @ asked / np.linalg.norm(asked)
        order = np.argsort(-cosines, kind="stable")
        return [(ids[place], 1 - float(cosines[place])) for place in order]

    def worded(self, ids: list[str], asked: Mapping[str, Any]) -> list[tuple[str, float]]:
        """Return objects that have words, with their scores, the best first."""
        (name,) = asked["properties"]
        if not self.properties[name].get("indexSearchable", True):
            raise RefusedError(200, f"property {name} isn't indexed and searchable")
        if not words(asked["query"]):
            raise RefusedError(200, "invalid search term, only stopwords provided")
        if self._words is None:
            texts = {key: each["properties"][name] for key, each in self.objects.items()}
            self._words = Bm25(texts)
        scores, within = self._words.scores(words(asked["query"])), set(ids)
        found = [(key, score) for key, score in scores.items() if key in within]
        return sorted(found, key=lambda pair: -pair[1])

    def _changed(self) -> None:
        self._words = self._rows = None


class WeaviateServer:
    """The engine.

    Attributes:
        url: Where it is.
        api_key: The key it lets in. Anybody is if it is `None`.
        requests: Every request, in order.
        most: The most objects that one request finds or deletes (`QUERY_MAXIMUM_RESULTS`).
    """

    def __init__(self) -> None:
        self.url = ""
        self.api_key: str | None = None
        self.requests: list[Seen] = []
        self.most = 10_000
        self._classes: dict[str, Class] = {}

    def answer(self, seen: Seen) -> Canned:
        """Answer one request."""
        self.requests.append(seen)
        if self.api_key and seen.headers.get("authorization") != f"Bearer {self.api_key}":
            return said({"error": [{"message": "anonymous access not enabled"}]}, 401)
        try:
            if seen.path == "/v1/graphql":
                return self._graphql(seen.json()["query"])
            return self._rest(seen)
        except RefusedError as error:
            return said({"error": [{"message": error.reason}]}, error.status)
        except FilterError as error:
            return said({"error": [{"message": str(error)}]}, 422)

    def _rest(self, seen: Seen) -> Canned:
        match seen.method, seen.path.removeprefix("/v1/").split("/"):
            case "POST", ["schema"]:
                return said(self._create(seen.json()))
            case "GET", ["schema", name]:
                return said(self._class(name).definition)
            case "DELETE", ["schema", name]:
                self._classes.pop(name, None)
                return said(None)
            case "POST", ["schema", name, "properties"]:
                self._class(name).add(seen.json())
                return said(seen.json())
            case "POST", ["batch", "objects"]:
                _check_level(parse_qs(seen.query)["consistency_level"][0])
                return said([self._put(each) for each in seen.json()["objects"]])
            case "DELETE", ["batch", "objects"]:
                return said(self._delete(seen.json()["match"]))
        raise RefusedError(404, f"path {seen.path} was not found")

    def _create(self, definition: dict[str, Any]) -> dict[str, Any]:
        name = definition["class"]
        if not _CLASS_NAME.fullmatch(name):
            raise RefusedError(422, f"'{name}' is not a valid class name")
        if any(name.lower() == other.lower() for other in self._classes):
            raise RefusedError(422, f"class name {name} already exists")
        self._classes[name] = Class(definition)
        return definition

    def _class(self, name: str) -> Class:
        if name not in self._classes:
            raise RefusedError(404, f"class {name} not found")
        return self._classes[name]

    def _put(self, thing: dict[str, Any]) -> dict[str, Any]:
        if thing["class"] not in self._classes:
            self._classes[thing["class"]] = Class({"class": thing["class"], "properties": []})
        try:
            self._classes[thing["class"]].put(thing)
        except RefusedError as error:
            problem = {"error": [{"message": error.reason}]}
            return {"id": thing["id"], "result": {"status": "FAILED", "errors": problem}}
        return {"id": thing["id"], "result": {"status": "SUCCESS"}}

    def _delete(self, match: dict[str, Any]) -> dict[str, Any]:
        found = self._class(match["class"])
        ids = found.fitting(compiled(match["where"], found.properties))[: self.most]
        found.remove(ids)
        results = {"matches": len(ids), "limit": self.most, "successful": len(ids), "failed": 0}
        return {"match": match, "output": "minimal", "results": results}

    def _graphql(self, question: str) -> Canned:
        try:
            field = _inner(_inner(parse(question).definitions[0]))
            found = self._get(self._asked_class(field.name.value), field)
        except (GraphQLError, RefusedError, FilterError) as error:
            return said({"data": {"Get": None}, "errors": [{"message": str(error)}]})
        return said({"data": {"Get": {field.name.value: found}}})

    def _asked_class(self, name: str) -> Class:
        if not self._classes:
            raise RefusedError(200, "no graphql provider present, no schema is present")
        if name not in self._classes:
            raise RefusedError(200, f'Cannot query field "{name}" on type "GetObjectsObj".')
        return self._classes[name]

    def _get(self, searched: Class, field: FieldNode) -> list[dict[str, Any]]:
        asked = {
            each.name.value: value_from_ast_untyped(each.value) for each in field.arguments or ()
        }
        if asked.keys() - _ARGUMENTS:
            raise RefusedError(200, f"Unknown argument on field {field.name.value}")
        _check_level(asked.get("consistencyLevel", "QUORUM"))
        limit, offset = asked.get("limit", self.most), asked.get("offset", 0)
        if limit + offset > self.most:
            raise RefusedError(200, "query maximum results exceeded")
        fits = compiled(asked["where"], searched.properties) if "where" in asked else _anything
        return [
            _shown(searched, field, *each)
            for each in _found(searched, fits, asked)[offset:][:limit]
        ]


@asynccontextmanager
async def weaviate() -> AsyncGenerator[WeaviateServer, None]:
    """Run a fake Weaviate on a free port of the loopback interface."""
    server = WeaviateServer()
    async with rest_server(server.answer) as server.url:
        yield server


def _check_level(level: str) -> None:
    if level not in ("ONE", "QUORUM", "ALL"):
        raise RefusedError(422, f"unrecognized consistency level {level}")


def _anything(_: Any) -> bool:
    return True


def _inner(node: Any) -> FieldNode:
    """Return the one field inside of an operation or a field."""
    if isinstance(node, OperationDefinitionNode | FieldNode) and node.selection_set:
        (field,) = node.selection_set.selections
        if isinstance(field, FieldNode):
            return field
    raise RefusedError(200, "the fake answers one question at a time")


def _found(
    searched: Class, fits: Fits, asked: Mapping[str, Any]
) -> list[tuple[str, Mapping[str, Any]]]:
    """Return the ids of what is found, in order, with what is known of each besides."""
    ids = searched.fitting(fits)
    if "nearVector" in asked:
        near = searched.nearest(ids, asked["nearVector"]["vector"])
        return [(key, {"distance": distance}) for key, distance in near]
    if "bm25" in asked:
        named = searched.worded(ids, asked["bm25"])
        return [(key, {"score": str(score)}) for key, score in named]
    for each in reversed(asked.get("sort", [])):
        ((name,), order) = each["path"], each["order"]
        # Weaviate sorts texts without regard to case.
        ids.sort(
            key=lambda key, by=name: searched.objects[key]["properties"][by].lower(),  # type: ignore[misc] # a default
            reverse=order == "desc",
        )
    return [(key, {}) for key in ids]


def _shown(searched: Class, field: FieldNode, key: str, more: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of an object that were asked for."""
    shown: dict[str, Any] = {}
    held = searched.objects[key]
    selections = field.selection_set.selections if field.selection_set else ()
    for each in selections:
        if not isinstance(each, FieldNode):
            raise RefusedError(200, "the fake knows fields only")
        name = each.name.value
        if name == "_additional" and each.selection_set:
            inner = [one.name.value for one in each.selection_set.selections]  # type: ignore[attr-defined] # fields
            shown[name] = {one: {**held, **more}[one] for one in inner}
        elif name in searched.properties:
            shown[name] = held["properties"].get(name)
        else:
            raise RefusedError(200, f'Cannot query field "{name}"')
    return shown
