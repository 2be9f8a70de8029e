"""What a fleet's values become on one machine: programs, and the config files that they read."""

import os
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import zip_longest

import yaml

from fleet_cli.apis import api_of, package_of
from fleet_cli.check import DATABASE_URL, database_given, needs_database
from fleet_cli.gateway import gateway_program, url
from fleet_cli.home import RunFolder
from fleet_cli.ports import LOOPBACK, free_ports
from fleet_cli.probes import grpc_serving, postgres_answers
from fleet_cli.program import Program, Waves
from fleet_cli.settings import Service, Values
from fleet_gateway.config import Route
from fleet_gateway.contract import takes_websockets
from fleet_runtime.config import ConfigError
from fleet_runtime.postgres.embedded import SOCKET_PATH_MAX, EmbeddedPostgres

Addresses = Mapping[str, list[str]]
"""Where the processes of each service listen."""

SEPARATORS = frozenset("=,;")
"""What separates addresses where services are told of each other."""


@dataclass(frozen=True)
class Plan:
    """The programs of a fleet in the order of their start, and where its gateway will be."""

    waves: Waves
    url: str | None


def plan(values: Values, folder: RunFolder) -> Plan:
    """Choose ports, write config files, and return what to run.

    The database comes first, then what only other services call, then what callers reach, then the gateway.
    """
    addresses = {n: _places(n, service.replicas, folder) for n, service in values.services.items()}
    websockets = {
        n: _places(f"{n}-websocket", service.replicas, folder)
        for n, service in values.services.items()
        if service.expose and takes_websockets(api_of(n, service))
    }
    environ = _shared_environ(addresses, folder) | _auth_environ(values, folder)
    waves: Waves = []
    if starts_postgres(values):
        program, database = _postgres(folder)
        waves.append([program])
        environ[DATABASE_URL] = database
    for exposed in (False, True):
        chosen = {n: s for n, s in values.services.items() if s.expose is exposed and s.replicas}
        if chosen:
            waves.append(
                [
                    program
                    for name, service in chosen.items()
                    for program in _replicas(
                        name,
                        service,
                        zip_longest(addresses[name], websockets.get(name, ())),
                        environ,
                        folder,
                    )
                ]
            )
    routes = _routes(values, addresses, websockets)
    if not routes:
        return Plan(waves, None)
    waves.append([gateway_program(values, routes, folder)])
    return Plan(waves, url(values.gateway))


def starts_postgres(values: Values) -> bool:
    """Tell whether the launcher has to start a database."""
    return values.postgres.embedded and needs_database(values) and not database_given()


def _places(name: str, replicas: int, folder: RunFolder) -> list[str]:
    """Return where the replicas of a service listen.

    A socket is cheaper than a port and closed to other users. gRPC clients know no list of sockets, so that several
    replicas listen on ports.
    """
    path = str(folder.socket(name))
    fits = len(os.fsencode(path)) <= SOCKET_PATH_MAX and SEPARATORS.isdisjoint(path)
    return [f"unix:{path}"] if replicas == 1 and fits else _ports(replicas)


def _ports(count: int) -> list[str]:
    return [f"{LOOPBACK}:{port}" for port in free_ports(count)]


def _shared_environ(addresses: Addresses, folder: RunFolder) -> dict[str, str]:
    """Tell services where to find each other and where to keep files; and engines not to spin while they wait."""
    known = (f"{name}={';'.join(places)}" for name, places in addresses.items() if places)
    waits = os.environ.get("OMP_WAIT_POLICY", "PASSIVE")
    return {
        "FLEET_ADDRESSES": ",".join(known),
        "FLEET_DATA": str(folder.data),
        "OMP_WAIT_POLICY": waits,
    }


def _auth_environ(values: Values, folder: RunFolder) -> dict[str, str]:
    """Tell services who may do what, if the values say so: they read the section word for word."""
    section = values.auth.model_dump(mode="json", exclude_defaults=True)
    if not section:
        return {}
    # No service can be called so.
    file = folder.config("_auth")
    file.write_text(yaml.safe_dump(section, sort_keys=False, allow_unicode=True))
    return {"FLEET_AUTH": str(file)}


def _postgres(folder: RunFolder) -> tuple[Program, str]:
    """Return the program that runs the database, and the database's URL."""
    data = folder.data / "postgres"
    try:
        database = EmbeddedPostgres(data).url
    except ValueError as error:
        raise ConfigError(f"{error}; LLAMA_HOME says where") from error
    program = Program(
        name="postgres",
        command=(sys.executable, "-m", "fleet_runtime.postgres.embedded", "--data", str(data)),
        ready=postgres_answers(database),
        address=f"unix:{data / 'sockets'}",
    )
    return program, database


def _replicas(
    name: str,
    service: Service,
    places: Iterable[tuple[str, str | None]],
    shared: Mapping[str, str],
    folder: RunFolder,
) -> list[Program]:
    """Return the programs of one service, which share a config file.

    Each listens at one of `places`, and for WebSockets at the one beside it, if there is one.
    """
    config = folder.config(name)
    config.write_text(yaml.safe_dump(service.config, sort_keys=False, allow_unicode=True))
    package = package_of(api_of(name, service))
    migrates = find_spec(f"{package}.migrate") is not None
    programs = []
    for number, (place, websockets) in enumerate(places, 1):
        environ = {
            "FLEET_CONFIG": str(config),
            "FLEET_LISTEN": place,
            "FLEET_METRICS_LISTEN": _ports(1)[0],
            "FLEET_SERVICE": name,
            "FLEET_DRAIN_SECONDS": str(service.drain),
            "FLEET_LOG_LEVEL": service.log_level,
        }
        if websockets is not None:
            environ["FLEET_WEBSOCKET_LISTEN"] = websockets
        programs.append(
            Program(
                name=name if number == 1 else f"{name}-{number}",
                command=(sys.executable, "-m", package),
                ready=grpc_serving(place),
                address=place,
                environ={**shared, **environ},
                before=(sys.executable, "-m", f"{package}.migrate") if migrates else (),
                drain=service.drain,
            )
        )
    return programs


def _routes(values: Values, addresses: Addresses, websockets: Addresses) -> dict[str, Route]:
    """Return what the gateway lets callers reach."""
    return {
        name: Route(
            api=api_of(name, service),
            endpoints=tuple(addresses[name]),
            websockets=tuple(websockets.get(name, ())),
        )
        for name, service in values.services.items()
        if service.expose and service.replicas
    }
