"""The environment variables of a container."""

import re
import sys
from collections.abc import Mapping
from pathlib import Path

from fleet_testing.cluster.manifests import Object
from fleet_testing.cluster.volumes import Store

# What images bring; programs are those of this environment.
IMAGE = {
    "PATH": f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
    "HOME": "/",
}
_REFERENCE = re.compile(r"\$\(([A-Za-z_][\w.-]*)\)")


def environment_of(container: Object, store: Store, fields: Mapping[str, str]) -> dict[str, str]:
    """Return the variables.

    Args:
        container: The container.
        store: The ConfigMaps and Secrets that it names.
        fields: What is known of the pod, by path, such as `status.podIP`.

    Raises:
        KeyError: There is no such ConfigMap, Secret, key or field.
    """
    found = dict(IMAGE)
    for source in container.get("envFrom", []):
        kind, keys = (
            ("configMapRef", store.configs)
            if "configMapRef" in source
            else ("secretRef", store.secrets)
        )
        prefix = source.get("prefix", "")
        found |= {prefix + key: text for key, text in keys[source[kind]["name"]].items()}
    for variable in container.get("env", []):
        text = _value(variable, store, fields)
        found[variable["name"]] = _REFERENCE.sub(lambda m: found.get(m[1], m[0]), text)
    return found


def _value(variable: Object, store: Store, fields: Mapping[str, str]) -> str:
    if "valueFrom" not in variable:
        return str(variable.get("value", ""))
    source = variable["valueFrom"]
    if "fieldRef" in source:
        return fields[source["fieldRef"]["fieldPath"]]
    kind, keys = (
        ("secretKeyRef", store.secrets)
        if "secretKeyRef" in source
        else ("configMapKeyRef", store.configs)
    )
    return keys[source[kind]["name"]][source[kind]["key"]]
