"""The claims of a JWT that Envoy has checked, as the headers that say who calls."""

import json
from importlib import resources

from fleet_runtime.access.caller import ATTRIBUTES, PRINCIPAL, TENANT
from fleet_runtime.access.config import AuthConfig, OAuth2Token, claim_steps

CLAIMS = "claims"
"""Where Envoy keeps the claims of a call."""


def identity_script(auth: AuthConfig, token: OAuth2Token) -> str:
    """Return the Lua filter that does so, with its settings before it."""
    claims = [
        (claim_steps(claim), ATTRIBUTES[category])
        for claim, category in token.claims_mapping.items()
    ]
    settings = {
        "CLAIMS": _text(CLAIMS),
        "PRINCIPAL": _text(PRINCIPAL),
        "TENANT": _text(TENANT),
        "TENANCY": _text(auth.tenancy.mode),
        "DEFAULT_TENANT": _text(auth.tenancy.default_tenant_id or ""),
        "TENANT_CLAIM": _texts(claim_steps(token.tenant_claim) if token.tenant_claim else []),
        "ATTRIBUTES": _list(f"{{{_texts(steps)}, {_text(header)}}}" for steps, header in claims),
    }
    lines = [f"local {name} = {value}" for name, value in settings.items()]
    script = (resources.files("fleet_gateway") / "identity.lua").read_text()
    return "\n".join([*lines, script])


def _text(text: str) -> str:
    # Lua reads what JSON escapes, but for `\\u`: those are written as they are, and no control character is a claim.
    return json.dumps(text, ensure_ascii=False)


def _texts(texts: list[str]) -> str:
    return _list(map(_text, texts))


def _list(items: object) -> str:
    return f"{{{', '.join(items)}}}"  # type: ignore[arg-type]
