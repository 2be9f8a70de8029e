"""The OpenAPI 3.1 document of all REST routes: `libs/api/fleet/openapi.json`.

Format: https://spec.openapis.org/oas/v3.1.0
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tools.gen.contract import Method, Package, Service
from tools.gen.envelopes import ENVELOPES, Envelope
from tools.gen.schemas import BINARY, Json, Schemas, text, within

# The old place of OpenAI's paths.
DEPRECATED = "/v1/openai/v1/"
EVENTS = "text/event-stream"
LINES = "application/x-jsonl"
FORM = "multipart/form-data"
BYTES = "application/octet-stream"
# How comments name a status that nothing else tells of.
# Fields by which requests name what may not be there.
NAMING = frozenset({"shield_id", "tool_group_id", "toolgroup_id", "tool_name", "connector_id"})
STATED = re.compile(r"\((\d{3}) over REST\)")
VARIABLE = re.compile(r"\{(\w+)(=\*\*)?\}")

ERRORS = {
    400: ("InvalidArgument", "The request can never succeed."),
    401: ("Unauthenticated", "The caller did not say who they are."),
    403: ("PermissionDenied", "The caller may not."),
    404: ("NotFound", "What the request names is not here."),
    409: ("Conflict", "What the request would make is there already."),
    413: ("TooLarge", "The body is larger than is taken."),
    415: ("UnsupportedMediaType", "The body is of a type that is not taken."),
    429: ("ResourceExhausted", "Too much at once; try later."),
    500: ("Internal", "A bug."),
    501: ("Unimplemented", "Nobody here can."),
    502: ("UpstreamFailed", "A model server failed or could not be reached."),
    503: ("Unavailable", "Not now; safe to retry."),
    504: ("DeadlineExceeded", "Not in time."),
}
# Those that may say when to try again.
RETRIED = (429, 503)


def openapi(packages: list[Package], version: str) -> Json:
    """Return the document for the REST routes of all services in `packages`."""
    names = Counter(name for package in packages for name in package.messages)
    paths: dict[str, Json] = {}
    used = {service.dialect for package in packages for _, service in _served(package)}
    envelopes = {ENVELOPES[dialect].prefix: ENVELOPES[dialect] for dialect in sorted(used)}
    schemas = {f"{prefix}ErrorEnvelope": one.error for prefix, one in envelopes.items()}
    for package in packages:
        made = _schemas(package, names)
        for method, service in _served(package):
            for path, verb, operation in _operations(method, service, package, made):
                paths.setdefault(path, {})[verb] = operation
        schemas |= made.made
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Llama Fleet",
            "description": "The Llama Stack API, compatible with OpenAI's.",
            "version": version,
            "license": {"name": "Apache 2.0", "identifier": "Apache-2.0"},
        },
        "tags": [
            {"name": service.name, "description": text(service.doc)}
            for package in packages
            for service in package.services
            if any(method.routes for method in service.methods)
        ],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "responses": {
                f"{prefix}{name}": _error(status, doc, prefix)
                for prefix in envelopes
                for status, (name, doc) in ERRORS.items()
            },
        },
    }


def write_openapi(packages: list[Package], version: str, path: Path) -> None:
    """Write the document to `path`, the same bytes each time."""
    document = json.dumps(openapi(packages, version), indent=2, ensure_ascii=False)
    path.write_text(document + "\n", encoding="utf-8")


def _served(package: Package) -> Iterator[tuple[Method, Service]]:
    """Yield the methods that have REST routes."""
    for service in package.services:
        yield from ((method, service) for method in service.methods if method.routes)


def _schemas(package: Package, names: Counter[str]) -> Schemas:
    """Return the maker of schemas of `package`; a name that several APIs have gets its own API's in front."""
    api = package.name.split(".")[1].title().replace("_", "")
    incoming = within(package, (method.request for method, _ in _served(package)))
    forms = {method.request for method, _ in _served(package) if method.upload}
    return Schemas(package, incoming, lambda name: name if names[name] == 1 else api + name, forms)


def _operations(
    method: Method, service: Service, package: Package, schemas: Schemas
) -> Iterator[tuple[str, str, Json]]:
    """Yield path, verb and operation of each route of `method`."""
    for place, (verb, template) in enumerate(method.routes, 1):
        variables = {name: bool(several) for name, several in VARIABLE.findall(template)}
        operation: Json = {
            "operationId": method.name if place == 1 else f"{method.name}_{place}",
            "tags": [service.name],
            # Which service of the fleet answers: for the list of routes.
            "x-fleet-api": package.name.split(".")[1],
            "summary": re.split(r"(?<=\.)\s", text(method.doc), maxsplit=1)[0].removesuffix("."),
            "description": text(method.doc),
        }
        if template.startswith(DEPRECATED):
            operation["deprecated"] = True
        parameters = list(_parameters(method, variables, package, schemas))
        if parameters:
            operation["parameters"] = parameters
        if method.has_body:
            body = schemas.ref(method.request, without=variables)
            content = {FORM: {"schema": body}} if method.upload else _json(body)
            operation["requestBody"] = {"required": True, "content": content}
        operation["responses"] = _responses(method, service.dialect, package, schemas)
        yield VARIABLE.sub(r"{\1}", template), verb.lower(), operation


def _parameters(
    method: Method, variables: dict[str, bool], package: Package, schemas: Schemas
) -> Iterator[Json]:
    """Yield the parameters in the path, and for methods without a body those in the query."""
    for held in package.messages[method.request].fields:
        schema = schemas.field(held)
        parameter: Json = {"name": held.name, "in": "path", "required": True}
        parameter["description"] = schema.pop("description", "")
        if variables.get(held.name):
            parameter["x-multi-segment"] = True  # May contain slashes.
        if held.name not in variables:
            if method.has_body:
                continue
            parameter |= {"in": "query", "required": held.required}
            if held.is_map:
                parameter |= {"style": "deepObject", "explode": True}
            elif held.is_list:
                parameter["name"] += "[]"
        yield parameter | {"schema": schema}


def _responses(method: Method, dialect: str, package: Package, schemas: Schemas) -> Json:
    envelope = ENVELOPES[dialect]
    responses = _success(method, envelope, package, schemas)
    for status in sorted(_failures(method, dialect, package)):
        name = envelope.prefix + ERRORS[status][0]
        responses[str(status)] = {"$ref": f"#/components/responses/{name}"}
    return responses


def _success(method: Method, envelope: Envelope, package: Package, schemas: Schemas) -> Json:
    """Return what `method` answers if all goes well, by the status."""
    if method.empty:
        return {"204": {"description": "Done. The answer has no body."}}
    if method.download:
        told = "The bytes, as the type that `content-type` names."
        return {"200": {"description": told, "content": {BYTES: {"schema": BINARY}}}}
    description = text(package.messages[method.answer].doc)
    answer = {"schema": schemas.ref(method.answer)}
    content = {LINES if method.only_streams else "application/json": answer}
    if method.only_streams:
        description += " As lines of JSON, one each."
    elif method.chunk:
        content[EVENTS] = {"schema": _event(schemas.ref(method.chunk), envelope)}
        description += envelope.streamed
    return {"200": {"description": description, "content": content}}


def _event(chunk: Json, envelope: Envelope) -> Json:
    """Return the schema of an event: its data alone where all else is fixed, as OpenAI's documents have it."""
    if not envelope.named_events:
        return chunk
    data = {"type": "string", "contentMediaType": "application/json", "contentSchema": chunk}
    return {
        "type": "object",
        "properties": {"event": {"type": "string"}, "data": data},
        "required": ["event", "data"],
    }


def _failures(method: Method, dialect: str, package: Package) -> set[int]:
    """Return the statuses that `method` may fail with, as far as its request and its comment tell."""
    fields = {held.name for held in package.messages[method.request].fields}
    found = {401, 403, 429, 500, 503, 504}
    if fields:
        found.add(400)
    if method.has_body:
        found.add(413)
    if method.upload:
        found.add(415)
    if "{" in method.routes[0][1] or "NOT_FOUND" in method.doc:
        found.add(404)
    if fields & NAMING:
        found.add(404)
    if method.has_body and ("model_id" if dialect == "LLAMA_STACK" else "model") in fields:
        found |= {404, 502}
    if "ALREADY_EXISTS" in method.doc:
        found.add(409)
    return found | {int(status) for status in STATED.findall(text(method.doc))}


def _error(status: int, doc: str, prefix: str) -> Json:
    response: Json = {
        "description": doc,
        "content": _json({"$ref": f"#/components/schemas/{prefix}ErrorEnvelope"}),
    }
    if status in RETRIED:
        seconds = {
            "description": "Seconds after which to try again.",
            "schema": {"type": "integer"},
        }
        response["headers"] = {"Retry-After": seconds}
    return response


def _json(schema: Json) -> Json:
    return {"application/json": {"schema": schema}}
