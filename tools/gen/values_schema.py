"""`python -m tools.gen.values_schema`: write the schema of the chart's values, from the models that check them.

Draft 7, which every Helm can read. Providers and services of others cannot be in it: `llama stack run` and the
services themselves check those.
"""

import json
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from fleet_cli.apis import installed_apis, provider_settings, service_model
from fleet_cli.settings import Values
from fleet_runtime.config import Config

SCHEMA = Path(__file__).resolve().parents[2] / "charts/llama-fleet/values.schema.json"
OURS = "llama-fleet"
"""The distribution whose providers are in the schema."""

Json = dict[str, Any]


def main() -> None:
    """Write the schema."""
    text = json.dumps(values_schema(), indent=1, ensure_ascii=False, sort_keys=True)
    SCHEMA.write_text(text + "\n")


def values_schema() -> Json:
    """Return the schema of all values."""
    schema, definitions = _split(Values, "values")
    schema["$schema"] = "http://json-schema.org/draft-07/schema#"
    # Helm may put it there for charts that have ours as a part.
    schema["properties"]["global"] = {"type": "object"}
    service = definitions["values.Service"]
    service["properties"]["api"] = {
        "type": "string",
        "description": service["properties"]["api"]["description"],
    }
    named = {}
    for api in installed_apis():
        definitions |= _service_definitions(api)
        config = _ref(f"{api}.config")
        service.setdefault("allOf", []).append(_if_is("api", api, config))
        unnamed = {"if": {"not": {"required": ["api"]}}, "then": {"properties": {"config": config}}}
        named[api] = {"allOf": [_ref("values.Service"), unnamed]}
    others = {"allOf": [_ref("values.Service"), {"required": ["api"]}]}
    names = schema["properties"]["services"].pop("patternProperties")
    schema["properties"]["services"] |= {
        "properties": named,
        "additionalProperties": others,
        "propertyNames": {"pattern": next(iter(names))},
    }
    return schema | {"$defs": definitions}


def _service_definitions(api: str) -> Json:
    """Return the definitions of one service's config, with those of its providers."""
    schema, definitions = _split(service_model(api), api)
    definitions[f"{api}.config"] = schema
    for entry, group in provider_settings(api).values():
        prefix = group.removeprefix("fleet.").replace("_", "-")
        provider = definitions[f"{api}.{entry.__name__}"]
        for kind, model in _providers(group):
            settings, more = _split(model, f"{prefix}.{kind}")
            definitions |= more | {f"{prefix}.{kind}": settings}
            rule = _if_is("type", kind, _ref(f"{prefix}.{kind}"))
            if settings.get("required"):
                rule["then"]["required"] = ["config"]
            provider.setdefault("allOf", []).append(rule)
    return definitions


def _providers(group: str) -> Iterator[tuple[str, type[Config]]]:
    """Yield the types of our providers in a group of entry points, with the models of their settings."""
    for entry in sorted(entry_points(group=group), key=lambda e: e.name):
        if entry.dist and entry.dist.name == OURS:
            yield entry.name, entry.load().Config


def _split(model: type[Config], prefix: str) -> tuple[Json, Json]:
    """Return the schema of `model`, and the definitions that it refers to, named with `prefix`."""
    schema = model.model_json_schema(ref_template=f"#/$defs/{prefix}.{{model}}")
    definitions = schema.pop("$defs", {})
    return schema, {f"{prefix}.{name}": definition for name, definition in definitions.items()}


def _ref(name: str) -> Json:
    return {"$ref": f"#/$defs/{name}"}


def _if_is(key: str, value: str, config: Json) -> Json:
    """Return the rule that `config` is as given where `key` is `value`."""
    condition = {"properties": {key: {"const": value}}, "required": [key]}
    return {"if": condition, "then": {"properties": {"config": config}}}


if __name__ == "__main__":
    main()
