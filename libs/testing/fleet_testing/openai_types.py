"""What OpenAI's SDK thinks of the answers and events of the Responses API, by its own types, strictly.

    with openai_types("openai-3") as types:
        assert [] == types.of_event({"type": "response.created", …})

SDKs themselves are lenient: a missing field is a surprise for later. So a process of the SDK's environment checks each.
"""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from fleet_testing.peers import client

# Runs in the environment of the SDK.
_PROGRAM = """
import json, sys
from typing import get_args
from openai.types import responses
from pydantic import ValidationError

union = get_args(responses.ResponseStreamEvent)[0]
kinds = {name: kind for kind in get_args(union) for name in get_args(kind.model_fields["type"].annotation)}
kinds["answer"] = responses.Response
for line in sys.stdin:
    name, value = json.loads(line)
    mistakes = []
    try:
        kinds[name].model_validate(value, strict=True)
    except KeyError:
        mistakes = [f"there is no {name}"]
    except ValidationError as error:
        mistakes = [f"{one['loc']}: {one['msg']}" for one in error.errors()]
    print(json.dumps(mistakes), flush=True)
"""


class OpenAITypes:
    """The types of one version of the SDK.

    Args:
        asking: Where its process reads.
        told: Where it writes.
    """

    def __init__(self, asking: IO[str], told: IO[str]) -> None:
        self._asking = asking
        self._told = told

    def of_event(self, event: dict[str, Any]) -> list[str]:
        """Return what is wrong with an event of a stream."""
        return self._mistakes(event["type"], event)

    def of_response(self, response: dict[str, Any]) -> list[str]:
        """Return what is wrong with a response."""
        return self._mistakes("answer", response)

    def _mistakes(self, name: str, value: dict[str, Any]) -> list[str]:
        self._asking.write(json.dumps([name, value]) + "\n")
        self._asking.flush()
        mistakes: list[str] = json.loads(self._told.readline())
        return mistakes


@contextmanager
def openai_types(sdk: str) -> Iterator[OpenAITypes]:
    """Have the types of an SDK, by the name of what pins it, such as `openai-3`."""
    python = client(sdk) / "python"
    with subprocess.Popen(
        [python, "-c", _PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("a process without pipes")
        yield OpenAITypes(process.stdin, process.stdout)
        process.stdin.close()
