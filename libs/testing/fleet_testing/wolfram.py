"""A fake Wolfram|Alpha: real HTTP, the documented format of its Full Results API.

`2+2` it can compute; `misspelled` it does not understand, but guesses at; anything else it does not understand.
`fail-<status>` is refused, and `broken` is answered with an error of Wolfram|Alpha's own.

Format: https://products.wolframalpha.com/api/documentation
"""

import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from fleet_testing.openai_upstream import Canned, Seen
from fleet_testing.rest_server import rest_server, said

APPID = "the-appid"


@asynccontextmanager
async def wolfram_alpha(seen: list[Seen]) -> AsyncGenerator[str, None]:
    """Serve it, and yield where its API begins; what it is asked is added to `seen`."""

    def answer(asked: Seen) -> Canned:
        seen.append(asked)
        return _answer(asked)

    async with rest_server(answer) as url:
        yield f"{url}/v2"


def _answer(asked: Seen) -> Canned:
    if asked.path != "/v2/query" or "output=json" not in asked.query:
        return Canned(b"<queryresult success='false'/>")
    if f"appid={APPID}" not in asked.query.split("&"):
        return _error("1", "Invalid appid")
    status = re.search(r"fail-(\d{3})", asked.query)
    if status:
        return Canned(b"Something went wrong", int(status[1]))
    return _understood(asked)


def _understood(asked: Seen) -> Canned:
    if "broken" in asked.query:
        return _error("1000", "Internal error")
    if "2%2B2" in asked.query:
        return _result(success=True, pods=[_pod("Input", "2 + 2"), _pod("Result", "4"), _PLOT])
    if "misspelled" in asked.query:
        return _result(success=False, didyoumeans={"score": "0.4", "val": "missed spell"})
    return _result(success=False)


def _pod(title: str, text: str) -> dict[str, Any]:
    return {"title": title, "id": title, "error": False, "subpods": [_subpod(text)]}


def _subpod(text: str) -> dict[str, str]:
    return {"title": "", "plaintext": text}


_PLOT = _pod("Number line", "")


def _result(*, success: bool, **more: Any) -> Canned:
    return said({"queryresult": {"success": success, "error": False, "numpods": 0, **more}})


def _error(code: str, message: str) -> Canned:
    error = {"code": code, "msg": message}
    return said({"queryresult": {"success": False, "error": error, "numpods": 0}})
