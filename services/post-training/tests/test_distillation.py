"""Asking teachers: some at once, and nothing twice that was answered."""

import json
from collections import Counter

import pytest

from fleet.inference.v1.operations import InferenceServiceClient
from fleet.post_training.v1 import messages as m
from fleet_post_training.config import TeacherConfig
from fleet_post_training.distillation import Distillation
from fleet_post_training.provider import Order
from fleet_runtime.clients import Channel
from fleet_runtime.errors import FleetError, InvalidArgument

QUESTIONS = [[{"role": "user", "content": f"question {n}"}] for n in range(12)]


@pytest.fixture
def order():
    """An order with a teacher, who is told how to answer."""
    data = m.DataConfig(
        dataset_id="d",
        batch_size=1,
        shuffle=False,
        data_format="instruct",
        teacher=m.TeacherConfig(model="loud", system_prompt="Be loud."),
    )
    training = m.TrainingConfig(n_epochs=1, data_config=data)
    return Order(
        job="j", key="k", provider="p", kind="sft", model="m", checkpoint=None, training=training
    )


@pytest.fixture
async def distillation(neighbours):
    channel = Channel("inference")
    yield Distillation(InferenceServiceClient(channel), TeacherConfig(concurrency=3))
    await channel.aclose()


async def test_what_was_answered_is_not_asked_again(distillation, neighbours, order, tmp_path):
    """The teacher breaks off, and a line of the journal is half written; all questions have their own answers."""

    def breaks_off(prompt):
        if prompt == "question 7":
            raise InvalidArgument("no more")
        return prompt.upper()

    file = tmp_path / "train.jsonl"
    neighbours.models.says, neighbours.models.wait = breaks_off, 0.01
    with pytest.raises(FleetError, match="no more"):
        await distillation.answer(order, QUESTIONS, file)
    journal = file.with_suffix(".answers")
    answered = [json.loads(line)["number"] for line in journal.read_text().splitlines()]
    journal.write_bytes(journal.read_bytes() + b'{"number":9,"ans')
    neighbours.models.asked.clear()
    neighbours.models.says = str.upper
    await distillation.answer(order, QUESTIONS, file)

    asked = Counter(each.messages[-1].content for each in neighbours.models.asked)
    assert {f"question {n}": 1 for n in set(range(12)) - set(answered)} == asked
    assert 3 == neighbours.models.most
    rows = [json.loads(line) for line in file.read_text().splitlines()]
    assert QUESTIONS == [row["prompt"] for row in rows]
    assert [f"QUESTION {n}" for n in range(12)] == [row["completion"][0]["content"] for row in rows]
    assert "Be loud." == neighbours.models.asked[0].messages[0].content
