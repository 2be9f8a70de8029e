"""Tokens of GitHub. Source: https://docs.github.com/rest/users/users, https://docs.github.com/rest/orgs/orgs."""

from typing import Any

from fleet_auth.claims import attributes, text
from fleet_auth.provider import Asked, Identity
from fleet_auth.refusals import unknown
from fleet_auth.server import Server
from fleet_runtime.access.config import GitHubToken

_OK = 200
_HEADERS = {"accept": "application/vnd.github+json", "x-github-api-version": "2022-11-28"}


class GitHubUser:
    """Users of GitHub, with their organizations."""

    def __init__(self, config: GitHubToken, seconds: float) -> None:
        self._mapping = config.claims_mapping
        self._server = Server(config.github_api_base_url, config, seconds)

    async def aclose(self) -> None:
        await self._server.aclose()

    def remembers_by(self, asked: Asked) -> str | None:
        return asked.token

    async def identify(self, asked: Asked) -> Identity:
        status, user = await self._get("user", asked)
        login = text(user.get("login")) if isinstance(user, dict) else None
        if status != _OK or login is None:
            raise unknown("GitHub does not know the token.")
        claims = dict(user)
        if "organizations" in self._mapping:
            claims["organizations"] = await self._organizations(asked)
        return Identity(login, attributes(claims, self._mapping))

    async def _organizations(self, asked: Asked) -> list[str]:
        """Return the organizations that the token shows; none if it may not."""
        status, told = await self._get("user/orgs?per_page=100", asked)
        if status != _OK or not isinstance(told, list):
            return []
        return [each["login"] for each in told if isinstance(each, dict) and "login" in each]

    async def _get(self, path: str, asked: Asked) -> tuple[int, Any]:
        headers = {**_HEADERS, "authorization": f"Bearer {asked.token}"}
        return await self._server.ask("GET", self._server.address / path, headers)
