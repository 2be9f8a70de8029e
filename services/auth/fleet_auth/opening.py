"""Opening who knows the callers, as the section `auth` says."""

from fleet_auth.provider import IdentityProvider
from fleet_auth.providers.custom import CustomEndpoint
from fleet_auth.providers.github_token import GitHubUser
from fleet_auth.providers.introspection import IntrospectedToken
from fleet_auth.providers.kubernetes_token import KubernetesUser
from fleet_auth.providers.local_api_key import ConfiguredKeys
from fleet_auth.providers.upstream_header import ProxiedCaller
from fleet_runtime.access.config import (
    AuthConfig,
    Custom,
    GitHubToken,
    Kubernetes,
    LocalApiKey,
    OAuth2Token,
    UpstreamHeader,
)


def provider_of(auth: AuthConfig, seconds: float) -> IdentityProvider | None:
    """Return who knows the callers; nobody where only the gateway does.

    Args:
        auth: The section.
        seconds: How long they have for an answer.

    Raises:
        ConfigError: A secret is not set.
    """
    match auth.provider_config:
        case UpstreamHeader() as config:
            return ProxiedCaller(config)
        case LocalApiKey() as config:
            return ConfiguredKeys(config)
        case _:
            return _asked(auth, seconds)


def _asked(auth: AuthConfig, seconds: float) -> IdentityProvider | None:
    """Return who asks a server."""
    match auth.provider_config:
        case OAuth2Token(introspection=endpoint) as config if endpoint:
            endpoint.client_secret.reveal()
            return IntrospectedToken(config, endpoint, seconds)
        case GitHubToken() as config:
            return GitHubUser(config, seconds)
        case Kubernetes() as config:
            return KubernetesUser(config, seconds)
        case Custom() as config:
            return CustomEndpoint(config, seconds)
        case _:
            return None
