"""Who comes in, as whom, and to what: a real Envoy, tokens signed by real keys, and the auth service."""

import asyncio
import time
from contextlib import ExitStack

import grpc
import pytest
import yaml

from fleet.inference.v1.models_pb2 import ListModelsRequest
from fleet.inference.v1.models_pb2_grpc import ModelServiceStub
from fleet_runtime.config import validate
from fleet_runtime.store import DatabaseConfig
from fleet_runtime.store.migrate import bring_up_to_date
from fleet_testing.envoy import running_envoy
from fleet_testing.gateway import CHAT, Fleet, error, eventually
from fleet_testing.service import running_service
from fleet_testing.token_issuer import new_key, signed, token_issuer

pytestmark = pytest.mark.slow

CALLER = ("x-fleet-principal", "x-fleet-tenant", "x-fleet-roles", "x-fleet-teams")
POLICY = [
    {"forbid": {"paths": ["/v1/embeddings"]}, "unless": "user with ml.ops in teams"},
    {"permit": {"paths": ["/v1/chat/completions", "/v1/version"]}},
    {"permit": {"paths": ["/v1/models*", "/v1/embeddings"]}, "when": "user with boss in roles"},
]
BOSS = {"realm": {"groups": ["boss", "a,b"]}, "team": "ml.ops x"}


@pytest.fixture(scope="module")
def issuer():
    with token_issuer() as found:
        yield found


def jwt_auth(issuer, **more):
    provider = {
        "type": "oauth2_token",
        "issuer": issuer.url,
        "jwks": {"uri": issuer.jwks},
        "claims_mapping": {"realm.groups": "roles", "team": "teams"},
        "tenant_claim": "org",
    }
    return {"provider_config": provider, "tenancy": {"mode": "multi"}, **more}


@pytest.fixture(scope="module")
def guarded(fleet, issuer):
    """The shared worker, behind a gateway that checks tokens."""
    address = fleet.workers[0].address
    routes = {name: {"endpoints": [address]} for name in ("inference", "inspect", "files")}
    auth = jwt_auth(issuer, route_policy=POLICY)
    with running_envoy(routes=routes, auth=auth) as envoy:
        yield Fleet(envoy, fleet.workers)


def bearer(token):
    return {"authorization": f"Bearer {token}"}


@pytest.fixture
def ann(issuer):
    return bearer(issuer.token(org="red", **BOSS))


def seen(answer):
    assert 200 == answer.status, answer.body
    metadata = dict(answer.json()["metadata"])
    return {name: value for name, value in metadata.items() if name in CALLER}, metadata


def test_the_service_learns_who_calls_and_not_by_what(guarded, ann):
    """Tokens end at the gateway: a service that is broken into has nobody's."""
    caller, metadata = seen(guarded.chat(ann))

    assert {
        "x-fleet-principal": "ann",
        "x-fleet-tenant": "red",
        "x-fleet-roles": "a%2Cb,boss",
        "x-fleet-teams": "ml.ops,x",
    } == caller
    assert "authorization" not in metadata


def test_nobody_makes_up_who_they_are(guarded, fleet, issuer):
    """With authentication and without it."""
    made_up = {"x-fleet-principal": "root", "x-fleet-roles": "boss", "X-Fleet-Tenant": "blue"}
    bob = bearer(issuer.token(sub="bob", org="red"))

    assert {"x-fleet-principal": "bob", "x-fleet-tenant": "red"} == seen(
        guarded.chat({**made_up, **bob})
    )[0]
    assert {} == seen(fleet.chat(made_up))[0]
    assert 401 == guarded.chat(made_up).status


@pytest.mark.parametrize(
    ("claims", "why"),
    [
        ({"exp": int(time.time()) - 3600}, "expired"),
        ({"exp": None}, "verification fails"),
        ({"aud": "others"}, "audience"),
        ({"iss": "https://evil.example.org"}, "issuer"),
        ({"nbf": int(time.time()) + 3600}, "not yet valid"),
        ({"org": None}, "Tenant context required"),
        ({"org": "../red"}, "Tenant context required"),
        ({"sub": None}, "whose it is"),
    ],
)
def test_tokens_that_are_not_good_are_refused(guarded, issuer, claims, why):
    """In the shape that SDKs know, and as RFC 6750 says."""
    answer = guarded.chat(bearer(issuer.token(**{"org": "red", **claims})))

    assert 401 == answer.status
    assert why in error(answer)["message"]
    assert ("authentication_error", "invalid_api_key") == (
        error(answer)["type"],
        error(answer)["code"],
    )
    assert answer.headers["www-authenticate"].startswith("Bearer ")


def test_tokens_of_other_keys_are_refused(guarded, issuer):
    claims = {"iss": issuer.url, "aud": "llama-stack", "sub": "ann", "exp": time.time() + 99}

    assert 401 == guarded.chat(bearer(signed(claims, new_key()))).status
    assert 401 == guarded.chat(bearer("no.jwt.atall")).status


def test_who_brings_no_token_is_told_what_to_do(guarded, issuer):
    """Tokens in queries end up in logs, and count for nothing."""
    answer = guarded.chat()
    in_query = guarded.envoy.call("POST", f"{CHAT}?access_token={issuer.token(org='red')}", "{}")

    assert 401 == answer.status == in_query.status
    assert "authentication_required" == error(answer)["code"]
    assert "Authorization: Bearer …" in error(answer)["message"]
    assert "www-authenticate" in answer.headers


def test_anthropics_callers_are_told_in_their_shape(guarded):
    answer = guarded.envoy.call("POST", "/v1/messages", "{}")

    assert (401, "authentication_error") == (answer.status, answer.json()["error"]["type"])


def test_some_paths_are_for_everybody(guarded):
    """Probes have no token. Other paths of the same route are meant too, but nothing beside it."""
    for path in ("/healthz", "/v1/version", "/v1/health?x=1", "/v1alpha/admin/health"):
        assert 200 == guarded.envoy.call("GET", path).status
    for path in ("/v1/versions", "/v1/version/x", "/v1/health/../models", "/v1/models"):
        assert 401 == guarded.envoy.call("GET", path).status


@pytest.mark.parametrize(
    ("line", "bob", "boss"),
    [
        (f"POST {CHAT}", 200, 200),
        (f"POST {CHAT}/?a=b", 200, 200),
        ("GET /v1/models", 403, 200),
        ("GET /v1/models/x/y", 403, 200),
        ("GET //v1//models", 403, 404),
        ("GET /v1/%6dodels", 403, 200),
        ("POST /v1/embeddings", 403, 200),
        ("POST /v1/openai/v1/embeddings", 403, 200),
        ("GET /v1/files", 403, 403),
        ("GET /v1/nothing", 403, 403),
    ],
)
def test_routes_are_for_those_whom_the_policy_names(guarded, issuer, line, bob, boss):
    """Each in all of its paths, and however they are written."""
    method, path = line.split()
    body = "{}" if method == "POST" else None
    others = bearer(issuer.token(sub="bob", org="red", realm={"groups": ["bossy"]}, team="mlxops"))
    refused = guarded.envoy.call(method, path, body, others)
    answer = guarded.envoy.call(method, path, body, bearer(issuer.token(org="red", **BOSS)))

    assert (bob, boss) == (refused.status, answer.status)
    if bob == 403:
        told = error(refused)
        assert ("permission_error", "forbidden") == (told["type"], told["code"])
        assert "insufficient permissions for route /" in told["message"]


def test_grpc_callers_are_asked_and_held_to_the_same_policy(guarded, issuer):
    """Else who may not list models by REST would do so by gRPC."""
    with grpc.insecure_channel(guarded.envoy.target) as channel:
        models = ModelServiceStub(channel)

        def code(*metadata):
            try:
                models.ListModels(ListModelsRequest(), metadata=metadata, timeout=10)
            except grpc.RpcError as refused:
                return refused.code()
            return grpc.StatusCode.OK

        def told(**claims):
            return ("authorization", f"Bearer {issuer.token(**{'org': 'red', **claims})}")

        assert grpc.StatusCode.UNAUTHENTICATED == code()
        assert grpc.StatusCode.UNAUTHENTICATED == code(told(aud="others"))
        assert grpc.StatusCode.PERMISSION_DENIED == code(told())
        assert grpc.StatusCode.OK == code(told(**BOSS))


def test_the_access_log_says_who_called(guarded, ann):
    guarded.chat({**ann, "x-request-id": "who-called"})

    def lines():
        return [e for e in guarded.envoy.access_log() if e["request_id"] == "who-called"]

    [entry] = eventually(lines)
    assert ("ann", "red") == (entry["principal"], entry["tenant"])
    assert ann["authorization"][7:] not in str(entry)


@pytest.fixture(scope="module")
def asking(fleet, issuer, tmp_path_factory):
    """The shared worker, behind a gateway that checks tokens, and asks a real auth service about keys."""
    folder = tmp_path_factory.mktemp("auth")
    auth = jwt_auth(issuer, api_keys={"admin_key": {"env": "ADMIN_KEY"}})
    section = folder / "auth.yaml"
    section.write_text(yaml.safe_dump(auth))
    database = {"url": f"sqlite:///{folder}/auth.sqlite"}
    config = {"store": {"database": database}}
    tables = bring_up_to_date(validate(DatabaseConfig, database), "auth", "fleet_auth.migrations")
    asyncio.run(tables)
    environ = {"ADMIN_KEY": "lf-the-first-key-of-them-all", "FLEET_AUTH": str(section)}
    with ExitStack() as stack:
        address = stack.enter_context(running_service("fleet_auth", config, environ=environ))
        routes = {
            "inference": {"endpoints": [fleet.workers[0].address]},
            "auth": {"endpoints": [address]},
        }
        yield Fleet(stack.enter_context(running_envoy(routes=routes, auth=auth)), fleet.workers)


def test_keys_are_made_used_and_revoked_over_rest(asking, ann):
    """Beside tokens; by the headers of OpenAI's and of Anthropic's SDKs."""
    keys, admin = "/v1alpha/admin/api-keys", bearer("lf-the-first-key-of-them-all")
    made = asking.envoy.call(
        "POST",
        keys,
        '{"name": "CI", "principal": "ci", "tenant": "red", "roles": ["é"]}',
        {**admin, "content-type": "application/json"},
    )
    assert 200 == made.status, made.body
    key, key_id = made.json()["key"], made.json()["api_key"]["id"]

    caller, metadata = seen(asking.chat(bearer(key)))
    assert {
        "x-fleet-principal": "ci",
        "x-fleet-tenant": "red",
        "x-fleet-roles": "%C3%A9",
    } == caller
    assert "authorization" not in metadata
    assert "x-api-key" not in seen(asking.chat({"x-api-key": key}))[1]
    assert "ann" == seen(asking.chat(ann))[0]["x-fleet-principal"]

    assert 403 == asking.envoy.call("GET", keys, headers=bearer(key)).status
    assert 200 == asking.envoy.call("DELETE", f"{keys}/{key_id}", headers=admin).status
    refused = eventually(lambda: (a := asking.chat(bearer(key))).status == 401 and a)
    assert "revoked" in error(refused)["message"]
    assert "invalid_api_key" == error(refused)["code"]
    assert refused.headers["www-authenticate"].startswith("Bearer ")


def test_callers_are_held_to_their_limit_each_by_itself(fleet, issuer):
    """With what SDKs wait by."""
    routes = {"inference": {"endpoints": [fleet.workers[0].address]}}
    limits = [{"requests": 3, "seconds": 3600}, {"per": "tenant", "requests": 5, "seconds": 3600}]
    auth = jwt_auth(issuer, rate_limits=limits)
    with running_envoy(routes=routes, auth=auth) as envoy:

        def statuses(count, **claims):
            token = bearer(issuer.token(**{"org": "red", **claims}))
            answers = [envoy.call("POST", CHAT, "{}", token) for _ in range(count)]
            return answers[-1], [answer.status for answer in answers]

        last, first_of_all = statuses(4)
        assert [200, 200, 200, 429] == first_of_all
        assert "rate_limit_exceeded" == error(last)["code"]
        assert ("1200", "0") == (
            last.headers["retry-after"],
            last.headers["x-ratelimit-remaining"],
        )
        assert [200, 200, 429] == statuses(3, sub="bob")[1]
        assert [200, 200, 200] == statuses(3, sub="zoe", org="blue")[1]


def test_nobody_comes_in_while_the_auth_service_is_away(fleet):
    """Also not those who would be known."""
    routes = {
        "inference": {"endpoints": [fleet.workers[0].address]},
        "auth": {"endpoints": ["127.0.0.1:1"]},
    }
    auth = {"provider_config": {"type": "github_token"}}
    with running_envoy(routes=routes, auth=auth) as envoy:
        answer = envoy.call("POST", CHAT, "{}", bearer("ghp_x"))
        assert 503 == answer.status
        assert "server_error" == error(answer)["type"]
        assert 200 == envoy.call("GET", "/healthz").status
