"""Distillation: a model learns what another one answers.

Sources: https://arxiv.org/abs/1503.02531, and on whole answers https://arxiv.org/abs/1606.07947.

What the teacher answered is kept before it counts. When this process dies, no more than the questions that were being
asked are asked again.
"""

import asyncio
import os
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec

from fleet.inference.v1 import messages as i
from fleet.inference.v1.operations import InferenceServiceClient
from fleet.post_training.v1 import messages as m
from fleet_post_training.config import TeacherConfig
from fleet_post_training.examples import Messages
from fleet_post_training.provider import Order
from fleet_runtime.at_once import at_once
from fleet_runtime.call import Call
from fleet_runtime.errors import InvalidArgument, UpstreamFailed

_encode = msgspec.json.Encoder().encode


class _Answered(msgspec.Struct):
    """A line of the journal."""

    number: int
    answer: str


_answered = msgspec.json.Decoder(_Answered).decode


class Distillation:
    """Asks teachers.

    Args:
        inference: Runs them.
        config: How they are asked.
    """

    def __init__(self, inference: InferenceServiceClient, config: TeacherConfig) -> None:
        self._inference = inference
        self._config = config

    async def answer(self, order: Order, questions: Sequence[Messages], file: Path) -> None:
        """Have the request's teacher answer all questions, and write questions and answers to `file`, in their order.

        Raises:
            FleetError: The teacher refuses.
        """
        teacher = order.data.teacher
        if teacher is None:
            raise RuntimeError("an order without a teacher is distilled")
        path = file.with_suffix(".answers")
        answers = await asyncio.to_thread(_journal, path)
        left = [number for number in range(len(questions)) if number not in answers]
        with path.open("ab") as journal:

            async def ask(number: int) -> None:
                answers[number] = await self._ask(order, teacher, questions[number])
                line = _encode(_Answered(number, answers[number])) + b"\n"
                await asyncio.to_thread(_append, journal.fileno(), line)

            await at_once(left, ask, self._config.concurrency)
        lines = (
            _encode({"prompt": asked, "completion": [{"role": "assistant", "content": answers[n]}]})
            for n, asked in enumerate(questions)
        )
        part = file.with_suffix(".part")
        await asyncio.to_thread(part.write_bytes, b"".join(line + b"\n" for line in lines))
        part.rename(file)
        path.unlink()

    async def _ask(self, order: Order, teacher: m.TeacherConfig, asked: Messages) -> str:
        told = [{"role": "system", "content": teacher.system_prompt}]
        body = {
            "model": teacher.model,
            "messages": (told if teacher.system_prompt else []) + asked,
            "max_tokens": teacher.max_tokens,
            "temperature": teacher.temperature,
        }
        request = msgspec.convert(
            {name: value for name, value in body.items() if value is not None},
            i.ChatCompletionRequest,
        )
        end = time.monotonic() + self._config.request_seconds
        call = Call("PostTraining", order.metadata, end)
        answer = await self._inference.create_chat_completion(request, call)
        text = answer.choices[0].message.content if answer.choices else None
        if not text:
            raise UpstreamFailed(
                f"The teacher '{teacher.model}' gave an answer without text.",
                status=502,
                code="empty_answer",
            )
        return text


def _journal(path: Path) -> dict[int, str]:
    """Return what was answered already. The last line may be half written."""
    if not path.exists():
        return {}
    whole, _, rest = path.read_bytes().rpartition(b"\n")
    if rest:
        path.write_bytes(whole + b"\n" if whole else b"")
    found = [_answered(line) for line in whole.splitlines() if line]
    return {each.number: each.answer for each in found}


def _append(file: int, line: bytes) -> None:
    """Write a line so that it stands whatever ends next."""
    os.write(file, line)
    os.fsync(file)


def no_teacher(data: m.DataConfig) -> None:
    """Refuse a teacher where there is nothing to be answered.

    Raises:
        InvalidArgument: There is one.
    """
    if data.teacher is not None:
        raise InvalidArgument(
            "Preferences have both answers already; leave 'teacher' out.",
            code="invalid_value",
            param="training_config.data_config.teacher",
        )
