"""The volumes of a pod, as folders."""

import base64
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fleet_testing.cluster.manifests import Object

Keys = Mapping[str, Mapping[str, str]]
"""The contents of ConfigMaps, or of Secrets: texts by key, by the object's name."""


@dataclass(frozen=True)
class Store:
    """What volumes are filled with.

    Attributes:
        configs: The ConfigMaps.
        secrets: The Secrets.
        claims: Where the volumes of claims are, which outlive pods.
    """

    configs: Keys
    secrets: Keys
    claims: Path


def texts_of(found: Object) -> dict[str, str]:
    """Return what a ConfigMap or a Secret holds, by key."""
    coded = found.get("data") or {}
    if found["kind"] == "ConfigMap":
        return dict(coded)
    plain = {key: base64.b64decode(text).decode() for key, text in coded.items()}
    return plain | (found.get("stringData") or {})


def make_volumes(spec: Object, store: Store, folder: Path) -> dict[str, Path]:
    """Make the volumes of a pod below `folder`, and return where each is.

    Raises:
        KeyError: There is no such ConfigMap, Secret or key.
        ValueError: The kind of a volume is not known here.
    """
    return {
        volume["name"]: _make_volume(volume, store, folder / volume["name"])
        for volume in spec.get("volumes", [])
    }


def mounts_of(container: Object, volumes: Mapping[str, Path]) -> list[dict[str, Any]]:
    """Return what is mounted where in a container, as `container_root` takes it."""
    return [
        {
            "path": mount["mountPath"],
            "source": str(_part(volumes[mount["name"]], mount.get("subPath"))),
            "readonly": mount.get("readOnly", False),
        }
        for mount in container.get("volumeMounts", [])
    ]


def _part(volume: Path, sub_path: str | None) -> Path:
    """Return a part of a volume; one that is not there becomes a folder, as in Kubernetes."""
    if sub_path is None:
        return volume
    part = volume / sub_path
    if not part.exists():
        part.mkdir(parents=True)
    return part


def _make_volume(volume: Object, store: Store, folder: Path) -> Path:
    if "persistentVolumeClaim" in volume:
        claim = store.claims / str(volume["persistentVolumeClaim"]["claimName"])
        claim.mkdir(parents=True, exist_ok=True)
        return claim
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    if "emptyDir" in volume:
        return folder
    sources = volume["projected"]["sources"] if "projected" in volume else [volume]
    for source in sources:
        for path, text in _files(source, store):
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
    return folder


def _files(source: Object, store: Store) -> Iterator[tuple[str, str]]:
    """Yield path and text of each file of a ConfigMap or Secret."""
    if "configMap" in source:
        wanted, found = source["configMap"], store.configs[source["configMap"]["name"]]
    elif "secret" in source:
        wanted = source["secret"]
        found = store.secrets[wanted.get("secretName") or wanted["name"]]
    else:
        raise ValueError(f"a volume that is not known here: {source}")
    items = wanted.get("items") or [{"key": key, "path": key} for key in found]
    for item in items:
        yield item["path"], found[item["key"]]
