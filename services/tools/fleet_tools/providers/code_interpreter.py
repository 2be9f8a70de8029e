"""`inline::code-interpreter`: Python code, run in a jail on this machine (`fleet_tools.sandbox`)."""

import math
from collections.abc import Sequence
from typing import Any, Final

from fleet_runtime.call import Call
from fleet_runtime.errors import InvalidArgument, NotFound
from fleet_tools.provider import Content, Image, Invocation, Result, Source, Text, Tool
from fleet_tools.sandbox.interpreter import Interpreter, Outcome
from fleet_tools.sandbox.made import MadeFile, given
from fleet_tools.sandbox.order import Report
from fleet_tools.sandbox.settings import MEGABYTE, Limits, SandboxConfig

# In characters.
_LONGEST_CODE = 1_000_000
_LONGEST_SESSION = 200
_SESSIONS = ("session", "container_id")
_XCPU, _KILLED = -24, -9

CODE_INTERPRETER: Final = Tool(
    name="code_interpreter",
    description=(
        "Run Python code, to compute, to work on files, or to check an idea. Gives what it prints and the value of the"
        " last expression. Each call starts anew: no variables are kept. There is no network. Files written to the"
        " current folder are given to the user; figures must be saved there as PNG."
    ),
    input_schema={
        "type": "object",
        "properties": {"code": {"type": "string", "description": "The whole program."}},
        "required": ["code"],
    },
)


class CodeInterpreter:
    """Runs code. `session` among a group's settings keeps the files of one call for the next; `files` are put there."""

    Config = SandboxConfig

    def __init__(self, config: SandboxConfig) -> None:
        self._interpreter = Interpreter(config)
        self._limits = config.limits

    async def aclose(self) -> None:
        """Remove all folders."""
        await self._interpreter.aclose()

    async def tools(self, source: Source, call: Call) -> Sequence[Tool]:
        """Return the one tool."""
        del source, call
        return [CODE_INTERPRETER]

    async def invoke(self, invocation: Invocation, call: Call) -> Result:
        """Run code; to be cancelled ends it and all its processes.

        Raises:
            NotFound: Another tool is meant.
            InvalidArgument: There is no code, or a file or session is none.
            ResourceExhausted: Too much waits to be run.
            Unimplemented: The machine lets code not be held back as is required.
        """
        if invocation.tool != CODE_INTERPRETER.name:
            raise NotFound(
                f"There is no tool '{invocation.tool}' here; there is '{CODE_INTERPRETER.name}'.",
                code="tool_not_found",
            )
        args, left = invocation.source.args, call.seconds_left()
        outcome = await self._interpreter.run(
            _code(invocation.arguments.get("code")),
            given(args.get("files") or [], self._limits.given_mb * MEGABYTE),
            _session(args),
            math.inf if left is None else left,
        )
        return _result(outcome, self._limits)


def _code(told: Any) -> str:
    if not isinstance(told, str) or not told.strip():
        raise InvalidArgument("`code` must be the text of a program.", param="code")
    if len(told) > _LONGEST_CODE:
        raise InvalidArgument(
            f"`code` is longer than {_LONGEST_CODE} characters; give long data as a file.",
            param="code",
        )
    return told


def _session(args: Any) -> str | None:
    session = next((args[name] for name in _SESSIONS if args.get(name) is not None), None)
    if session is None or (isinstance(session, str) and 0 < len(session) <= _LONGEST_SESSION):
        return session
    raise InvalidArgument(
        f"`session` must be a text of at most {_LONGEST_SESSION} characters.", param="session"
    )


def _result(outcome: Outcome, limits: Limits) -> Result:
    error, status = _error(outcome.ran.report, limits), _status(outcome.ran.report)
    content: list[Content] = [Text(_told(outcome, limits, error))]
    content += [
        Image(file.base64, file.media_type) for file in outcome.files if file.image and file.base64
    ]
    return Result(content, error, status if error else None, _metadata(outcome, status))


def _status(report: Report | None) -> int:
    return _KILLED if report is None else report.status


def _error(report: Report | None, limits: Limits) -> str | None:
    """Return why a run did not end well, in words for the model."""
    if report is None:
        return "The code was ended: it printed without end."
    if report.verdict == "ended" and report.status == 0:
        return None
    took = {
        "seconds": f"it was not done after {report.seconds:.1f} seconds",
        "memory": f"it took more than {limits.memory_mb} MiB of memory",
        "processes": f"it had more than {limits.processes} processes and threads",
        "files": f"it made more than {limits.files} files, or of more than {limits.files_mb} MiB",
    }.get(report.verdict)
    if report.status == _XCPU and not took:
        took = f"it took more than {limits.cpu_seconds} seconds of CPU time"
    if took:
        return f"The code was ended: {took}."
    if report.status < 0:
        return f"The code was ended by signal {-report.status}."
    return f"The code ended with the status {report.status}."


def _told(outcome: Outcome, limits: Limits, error: str | None) -> str:
    """Return what the model reads."""
    ran = outcome.ran
    parts = []
    for name, output in (("Output", ran.stdout), ("Errors", ran.stderr)):
        if output.size:
            note = f"\n[cut after {limits.output_kb} KiB]" if output.cut else ""
            parts.append(f"{name}:\n{output.text.rstrip()}{note}")
    if ran.report and ran.report.value is not None:
        parts.append(f"Value:\n{ran.report.value}")
    if outcome.files:
        names = "\n".join(f"{file.name} ({file.size} bytes)" for file in outcome.files)
        parts.append(f"Files:\n{names}")
    if error:
        parts.append(error)
    return "\n\n".join(parts) or "The code ended, and printed nothing."


def _metadata(outcome: Outcome, status: int) -> dict[str, Any]:
    report = outcome.ran.report
    return {
        "stdout": outcome.ran.stdout.text,
        "stderr": outcome.ran.stderr.text,
        "value": report and report.value,
        "exit_code": status,
        "seconds": report and round(report.seconds, 3),
        "files": [_file(file) for file in outcome.files],
    }


def _file(file: MadeFile) -> dict[str, Any]:
    """Return a file as it is told; `content` is base64, or `null` where there was too much, or it is an image."""
    return {
        "name": file.name,
        "size": file.size,
        "media_type": file.media_type,
        "content": None if file.image else file.base64,
    }
