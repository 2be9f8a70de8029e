"""Check objects against Kubernetes' own schemas, strictly. Runs in the environment of the checkers.

Reads a list of objects as JSON; prints one line for each that is wrong, and for each whose kind no schema is of.
"""

import json
import re
import sys
from functools import cache

from jsonschema import Draft202012Validator
from kubernetes_validate.utils import schema_contents
from referencing import Registry, Resource

FOLDER = "kubernetes-json-schema"


def main() -> None:
    objects, versions = json.load(sys.stdin), sys.argv[1:]
    for version in versions:
        for found in objects:
            who = f"{version} {found['kind']} {found['metadata']['name']}"
            try:
                schema = _validator(version, found["apiVersion"], found["kind"])
            except FileNotFoundError:
                print(f"{who}: no schema")
                continue
            for error in schema.iter_errors(found):
                where = ".".join(str(step) for step in error.absolute_path)
                print(f"{who}: {where}: {error.message}")


@cache
def _validator(version: str, api: str, kind: str) -> Draft202012Validator:
    """Return what `kubernetes_validate.validate` makes anew for each object."""
    group = re.sub(r"^([^./]*)(?:\.[^/]*)?/", r"\1-", api)
    path = f"{FOLDER}/v{version}.0-local-strict/{kind.lower()}-{group}.json"
    schema = Resource.from_contents(schema_contents(path, version))
    return Draft202012Validator(schema.contents, registry=schema @ _definitions(version))


@cache
def _definitions(version: str) -> Registry:
    path = f"{FOLDER}/v{version}.0-local-strict/_definitions.json"
    return Resource.from_contents(schema_contents(path, version)) @ Registry()


if __name__ == "__main__":
    main()
