"""Text to tokens and back, and conversations to text, by the files of a model folder."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn

import jinja2
import tokenizers
from jinja2.ext import loopcontrols
from jinja2.sandbox import ImmutableSandboxedEnvironment

from fleet_engine.errors import InvalidRequest, UnsupportedModel
from fleet_engine.vocabulary import token_bytes

JsonObject = Mapping[str, Any]


class Tokenizer:
    """Encodes and decodes; safe to use from several threads.

    Args:
        folder: Holds `tokenizer.json`, and mostly `tokenizer_config.json`.
        size: The number of logits of the model.
    """

    def __init__(self, folder: Path, size: int = 0) -> None:
        path = folder / "tokenizer.json"
        if not path.exists():
            raise UnsupportedModel(f"{folder} has no tokenizer.json")
        content = path.read_text()
        self._tokenizer = tokenizers.Tokenizer.from_str(content)
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self.bytes = token_bytes(json.loads(content), size)
        self._config = _read(folder / "tokenizer_config.json")
        self._template = _template(folder, self._config)

    def encode(self, text: str, *, special: bool = True) -> list[int]:
        """Return the tokens of `text`, with what the model wants around it if `special`."""
        # The batch form lets go of the GIL while it works.
        (encoding,) = self._tokenizer.encode_batch_fast([text], add_special_tokens=special)
        ids: list[int] = encoding.ids
        return ids

    def decode(self, tokens: Sequence[int]) -> str:
        """Return the text of `tokens` without special ones; broken characters are replaced."""
        return b"".join(self.bytes[token] for token in tokens).decode(errors="replace")

    def apply_chat_template(
        self,
        messages: Sequence[JsonObject],
        *,
        tools: Sequence[JsonObject] | None = None,
        add_generation_prompt: bool = True,
        **variables: Any,
    ) -> list[int]:
        """Return the tokens of a conversation in the model's own format.

        Args:
            messages: Each with `role` and `content`, as OpenAI has them.
            tools: Function definitions, for templates that take them.
            add_generation_prompt: Whether to begin the assistant's turn.
            variables: What else the template asks for.

        Raises:
            InvalidRequest: The model has no template, or it refuses the messages.
        """
        if self._template is None:
            raise InvalidRequest("the model has no chat template; use plain completions")
        special = {key: _content(self._config.get(key)) for key in ("bos_token", "eos_token")}
        try:
            text = self._template.render(
                messages=messages,
                tools=tools,
                add_generation_prompt=add_generation_prompt,
                **special,
                **variables,
            )
        except (jinja2.TemplateError, TypeError) as error:
            raise InvalidRequest(f"the model's chat template refuses this: {error}") from error
        return self.encode(text, special=False)


def _read(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
    return content


def _template(folder: Path, config: JsonObject) -> jinja2.Template | None:
    """Return the chat template: a file of its own, or a field of the tokenizer's config."""
    file = folder / "chat_template.jinja"
    source = file.read_text() if file.exists() else config.get("chat_template")
    if isinstance(source, list):
        named = {entry["name"]: entry["template"] for entry in source}
        source = named.get("default")
    if source is None:
        return None
    try:
        return _environment().from_string(source)
    except jinja2.TemplateSyntaxError as error:
        raise UnsupportedModel(f"the chat template of {folder} is broken: {error}") from error


def _environment() -> ImmutableSandboxedEnvironment:
    """Return the surroundings that transformers gives chat templates."""
    environment = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[loopcontrols]
    )
    environment.filters["tojson"] = _to_json
    environment.globals["raise_exception"] = _refuse
    environment.globals["strftime_now"] = lambda format_: (
        datetime.now().astimezone().strftime(format_)
    )
    return environment


def _to_json(value: Any, indent: int | None = None) -> str:
    return json.dumps(value, ensure_ascii=False, indent=indent)


def _refuse(message: str) -> NoReturn:
    raise jinja2.TemplateError(message)


def _content(token: Any) -> str:
    """Return the text of a special token, which a config gives plainly or as an object."""
    if isinstance(token, Mapping):
        token = token["content"]
    return token or ""
