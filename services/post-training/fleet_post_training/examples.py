"""What rows of datasets teach: conversations and the answers that are to be learnt.

Names of columns as Llama Stack, TRL and the datasets of the Hugging Face Hub have them; see `DataConfig` in the proto.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from fleet.post_training.v1 import messages as m
from fleet_runtime.errors import InvalidArgument

PROMPTS = ("chat_completion_input", "input_query", "prompt", "input")
"""The columns of what is asked; the first that there is counts."""
ANSWERS = ("expected_answer", "completion", "output")
"""The columns of what is to be answered."""
DIALOGS = ("messages", "dialog")
"""The columns of whole conversations."""

_ROLES = ("system", "user", "assistant", "tool")
Messages = list[dict[str, str]]
Example = dict[str, Messages]

_json = msgspec.json.Decoder().decode


@dataclass(frozen=True, slots=True)
class RowReader:
    """Makes examples of rows.

    Attributes:
        format: What rows look like.
        dataset: What the dataset is called, for errors.
        field: The field of the request that names it, for errors.
        whole: Whether whole conversations are learnt, not answers alone.
    """

    format: Literal["instruct", "dialog", "preference"]
    dataset: str
    field: str
    whole: bool = False

    def examples(self, text: bytes, number: int) -> list[Example]:
        """Return what a row teaches.

        Args:
            text: The row, a JSON object.
            number: Which one it is, from 0.

        Raises:
            InvalidArgument: A column is not there, or wrong.
        """
        row = _Row(_json(text), number, self)
        match self.format:
            case "instruct":
                return [{"prompt": row.asked(), "completion": row.answer(ANSWERS)}]
            case "dialog":
                return self._turns(row.dialog(), row)
            case "preference":
                return [
                    {
                        "prompt": row.asked(),
                        "chosen": row.answer(("chosen",)),
                        "rejected": row.answer(("rejected",)),
                    }
                ]

    def questions(self, text: bytes, number: int) -> Messages:
        """Return what a row asks, whether it has an answer or not; for what another model answers.

        Raises:
            InvalidArgument: A column is not there, or wrong.
        """
        row = _Row(_json(text), number, self)
        if self.format == "instruct":
            return row.asked()
        said = row.dialog()
        while said and said[-1]["role"] == "assistant":
            said = said[:-1]
        if not said:
            raise row.wrong("'messages' has nothing to be answered")
        return said

    def _turns(self, said: Messages, row: "_Row") -> list[Example]:
        """Return each answer of a conversation with all that comes before it; only the last one, if all is learnt."""
        places = [place for place, each in enumerate(said) if place and each["role"] == "assistant"]
        if not places:
            raise row.wrong("its conversation has no answer of the 'assistant'")
        wanted = places[-1:] if self.whole else places
        return [{"prompt": said[:place], "completion": [said[place]]} for place in wanted]


@dataclass(frozen=True, slots=True)
class _Row:
    """A row, and how to say what is wrong with it."""

    columns: Any
    number: int
    reader: RowReader

    def wrong(self, why: str) -> InvalidArgument:
        return InvalidArgument(
            f"Row {self.number} of the dataset '{self.reader.dataset}' cannot be trained on: {why}.",
            code="invalid_row",
            param=self.reader.field,
        )

    def asked(self) -> Messages:
        """Return what the row asks."""
        name, value = self._first(PROMPTS)
        said = self._messages(name, value)
        return [{"role": "user", "content": value}] if said is None else said

    def answer(self, names: Sequence[str]) -> Messages:
        """Return what is to be answered: the last message, where it is a conversation."""
        name, value = self._first(names)
        said = self._messages(name, value)
        if said is None:
            return [{"role": "assistant", "content": value}]
        if said[-1]["role"] != "assistant":
            raise self.wrong(f"'{name}' does not end with a message of the 'assistant'")
        return said[-1:]

    def dialog(self) -> Messages:
        """Return the row's conversation."""
        name, value = self._first(DIALOGS)
        said = self._messages(name, value)
        if said is None:
            raise self.wrong(f"'{name}' is no list of messages")
        return said

    def _first(self, names: Sequence[str]) -> tuple[str, Any]:
        for name in names:
            if self.columns.get(name) is not None:
                return name, self.columns[name]
        there = ", ".join(f"'{each}'" for each in list(self.columns)[:20]) or "none"
        wanted = " or ".join(f"'{each}'" for each in names)
        raise self.wrong(f"it has no {wanted}; its columns are {there}")

    def _messages(self, name: str, value: Any) -> Messages | None:
        """Return the messages that a column holds, maybe as JSON text; nothing if it is a plain text."""
        if isinstance(value, str):
            if not value.lstrip().startswith("["):
                return None
            try:
                value = _json(value)
            except msgspec.DecodeError:
                return None
        if not isinstance(value, list) or not value:
            raise self.wrong(f"'{name}' is neither text nor a list of messages")
        return [self._message(f"{name}[{place}]", each) for place, each in enumerate(value)]

    def _message(self, place: str, value: Any) -> dict[str, str]:
        role = value.get("role") if isinstance(value, dict) else None
        if role not in _ROLES:
            raise self.wrong(f"'{place}.role' must be one of {', '.join(_ROLES)}")
        content = value.get("content")
        if not isinstance(content, str):
            raise self.wrong(f"'{place}.content' must be a text")
        return {"role": role, "content": content}


def reader(data: m.DataConfig, kind: Literal["sft", "dpo"], field: str, dataset: str) -> RowReader:
    """Return what reads the rows of a request."""
    form: Literal["instruct", "dialog", "preference"] = (
        "preference" if kind == "dpo" else data.data_format
    )
    return RowReader(
        form, dataset, f"training_config.data_config.{field}", bool(data.train_on_input)
    )
