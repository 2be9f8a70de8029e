"""`remote::wolfram-alpha`: what can be computed or looked up, by Wolfram|Alpha's Full Results API.

Format: https://products.wolframalpha.com/api/documentation
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final, Literal

import msgspec

from fleet_runtime.call import Call
from fleet_runtime.config import Secret
from fleet_runtime.errors import FleetError, NotFound, UpstreamFailed
from fleet_tools.provider import Invocation, Result, Source, Text, Tool
from fleet_tools.web_search.api import Door, SearchApi
from fleet_tools.web_search.asked import query_of
from fleet_tools.web_search.found import shortened
from fleet_tools.web_search.settings import SearchConfig
from fleet_upstream.keys import Key
from fleet_upstream.settings import HttpAddress

# The key goes in the query.
_DOOR = Door("Wolfram|Alpha", "wolfram_alpha_api_key", header="")
# "Invalid appid" and "Appid missing".
_KEY_ERRORS = ("1", "2")
# In characters, of all that the model reads.
_LONGEST = 12_000

WOLFRAM_ALPHA: Final = Tool(
    name="wolfram_alpha",
    description="Compute, convert, or look up facts and figures by Wolfram|Alpha, in English.",
    input_schema={
        "type": "object",
        "properties": {
            "query": {
                "type": "string",
                "description": "What to compute or look up, such as 'integrate x^2' or 'GDP of France'.",
            }
        },
        "required": ["query"],
    },
)


class WolframAlpha:
    """Asks Wolfram|Alpha."""

    class Config(SearchConfig):
        """Where Wolfram|Alpha is, and how to be let in."""

        base_url: HttpAddress | Secret = "https://api.wolframalpha.com/v2"
        """Where its API begins."""

    def __init__(self, config: Config) -> None:
        self._api = SearchApi(_DOOR, config)

    async def aclose(self) -> None:
        """Close all connections."""
        await self._api.aclose()

    async def tools(self, source: Source, call: Call) -> Sequence[Tool]:
        """Return the one tool."""
        del source, call
        return [WOLFRAM_ALPHA]

    async def invoke(self, invocation: Invocation, call: Call) -> Result:
        """Ask for an answer.

        Raises:
            NotFound: Another tool is meant.
            InvalidArgument: There is no query, or no key.
            FleetError: Wolfram|Alpha refused, or cannot be reached.
        """
        if invocation.tool != WOLFRAM_ALPHA.name:
            raise NotFound(
                f"There is no tool '{invocation.tool}' here; there is '{WOLFRAM_ALPHA.name}'.",
                code="tool_not_found",
            )
        query, key = query_of(invocation.arguments), self._api.key(call)
        asked = {"input": query, "appid": key.text, "format": "plaintext", "output": "json"}
        answer = (await self._api.get("query", asked, _Answer, call)).queryresult
        if answer.error:
            raise self._refused(answer.error, key)
        return answer.result(query)

    def _refused(self, error: "_Error", key: Key) -> FleetError:
        """Return what an error in an answer means."""
        if str(error.code) in _KEY_ERRORS:
            return self._api.refused_key(error.msg, key)
        message = f"{_DOOR.engine} refused: {key.hidden_in(error.msg)}"
        return UpstreamFailed(message, status=502, code="upstream_refused")


class _Subpod(msgspec.Struct):
    plaintext: str = ""
    title: str = ""

    def line(self) -> str:
        return f"{self.title}: {self.plaintext}" if self.title else self.plaintext


class _Pod(msgspec.Struct):
    title: str = ""
    subpods: list[_Subpod] = []

    def lines(self) -> Iterator[str]:
        """Yield what it says; pods of images say nothing."""
        said = [subpod.line() for subpod in self.subpods if subpod.plaintext]
        if said:
            yield "\n".join([f"{self.title}:", *said])


class _Error(msgspec.Struct):
    code: str | int = ""
    msg: str = ""


class _Guess(msgspec.Struct):
    val: str = ""


class _Answer(msgspec.Struct):
    """The answer to `GET /query`."""

    queryresult: "_QueryResult"


class _QueryResult(msgspec.Struct):
    """What was understood and found; `didyoumeans` is one guess or several."""

    success: bool
    error: Literal[False] | _Error = False
    pods: list[_Pod] = []
    didyoumeans: _Guess | list[_Guess] = []

    def result(self, query: str) -> Result:
        said = [line for pod in self.pods for line in pod.lines()]
        text = "\n\n".join(said) or self._nothing(query)
        pods = [{"title": p.title, "content": "\n".join(p.lines())} for p in self.pods]
        metadata: dict[str, Any] = {"query": query, "top_k": pods, "sources": []}
        return Result([Text(shortened(text, _LONGEST))], metadata=metadata)

    def _nothing(self, query: str) -> str:
        guesses = self.didyoumeans if isinstance(self.didyoumeans, list) else [self.didyoumeans]
        instead = ", ".join(repr(guess.val) for guess in guesses if guess.val)
        hint = f" It suggests {instead}." if instead else " Ask in simpler words."
        return f"Wolfram|Alpha has no answer to {query!r}.{hint}"
