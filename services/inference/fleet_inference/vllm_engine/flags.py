"""vLLM's own flags, out of a config's settings.

Source: https://docs.vllm.ai/en/stable/configuration/engine_args.html
"""

import json
from argparse import Namespace
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any, NoReturn

from vllm.engine.arg_utils import AsyncEngineArgs
from vllm.entrypoints.launchers.cli_args import BaseFrontendArgs, validate_parsed_serve_args
from vllm.entrypoints.launchers.launcher import validate_api_server_args
from vllm.reasoning import ReasoningParserManager
from vllm.tool_parsers import ToolParserManager
from vllm.utils.argparse_utils import FlexibleArgumentParser

from fleet_runtime.config import ConfigError


class _Parser(FlexibleArgumentParser):  # type: ignore[misc]  # vLLM is not installed where types are checked
    """vLLM's parser, which raises where it would end the process."""

    @property
    def names(self) -> set[str]:
        """The names of all flags, as settings have them."""
        return {option.lstrip("-").replace("-", "_") for option in self._option_string_actions}

    def error(self, message: str) -> NoReturn:
        """Raise what argparse found."""
        raise ConfigError(f"engine_args: {message}")


def parsed(settings: Mapping[str, Any]) -> Namespace:
    """Return what vLLM makes of `settings`: its flags by their names, `max_model_len` or `max-model-len`.

    Those of its HTTP server, such as `port`, are not among them.

    Raises:
        ConfigError: There is no such flag, or its value is wrong; the text names the flag.
    """
    parser = _Parser(prog="vllm", add_help=False)
    BaseFrontendArgs.add_cli_args(parser)
    AsyncEngineArgs.add_cli_args(parser)
    flags = {name.replace("-", "_"): value for name, value in settings.items()}
    _check_names(flags, parser.names)
    args: Namespace = parser.parse_args([word for flag in flags.items() for word in _words(*flag)])
    _check(args)
    return args


def _check_names(flags: Mapping[str, Any], known: set[str]) -> None:
    for name in flags:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise ConfigError(f"engine_args.{name}: vLLM's engine has no such flag{hint}")


def _words(name: str, value: Any) -> Iterator[str]:
    """Yield a flag as a command line has it."""
    flag = name.replace("_", "-")
    if value is None:
        return
    if isinstance(value, bool):
        yield f"--{flag}" if value else f"--no-{flag}"
    elif isinstance(value, list):
        yield f"--{flag}"
        yield from map(_word, value)
    else:
        yield f"--{flag}={_word(value)}"


def _word(value: Any) -> str:
    return json.dumps(value) if isinstance(value, dict) else str(value)


def _check(args: Namespace) -> None:
    """Raise `ConfigError` for flags that do not go together, and for parsers that do not exist."""
    try:
        if args.tool_parser_plugin:
            ToolParserManager.import_tool_parser(args.tool_parser_plugin)
        if args.reasoning_parser_plugin:
            ReasoningParserManager.import_reasoning_parser(args.reasoning_parser_plugin)
        validate_parsed_serve_args(args)
        validate_api_server_args(args)
        if args.reasoning_parser:
            ReasoningParserManager.get_reasoning_parser(args.reasoning_parser)
    except (ImportError, KeyError, TypeError, ValueError) as error:
        raise ConfigError(f"engine_args: {error.args[0]}") from None
