"""Models that are trained by a real service: its process and the one that trains may die at any moment."""

import asyncio
import time

import psutil
import pytest

from fleet_engine.config import EngineConfig
from fleet_engine.engine import Engine
from fleet_engine.generation import SamplingParams

# Each training loads torch and TRL in a process of its own.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

WORDS = ["red", "green", "blue", "black", "white", "brown", "pink", "grey"]
STEPS = 192


def colours(answer="{} it is"):
    """Rows of one lesson: all is answered alike."""
    return [
        {"prompt": f"Say {word}.", "completion": answer.format(word), "rejected": "no"}
        for word in WORDS * 2
    ]


async def trainer_of(process, besides=None):
    """Return the process that trains for a service, once there is one, which is another one than `besides`."""
    end = time.monotonic() + 60
    while True:
        for each in psutil.Process(process.pid).children(recursive=True):
            if each != besides and "fleet_post_training.trainer" in each.cmdline():
                return each
        assert time.monotonic() < end
        await asyncio.sleep(0.05)


async def said(model, adapter=None):
    """Return what our own engine answers to one of the lessons, choosing the likeliest tokens."""
    engine = Engine(EngineConfig(model=model, max_context=128, threads=1))
    engine.start()
    try:
        loaded = None if adapter is None else await engine.load_adapter(adapter)
        prompt = engine.tokenizer.apply_chat_template([{"role": "user", "content": "Say grey."}])
        params = SamplingParams(max_tokens=16, temperature=0.0)
        steps = [step async for step in engine.generate(prompt, params, adapter=loaded)]
        return "".join(step.text for step in steps)
    finally:
        await engine.aclose()


async def test_lora_goes_on_after_kills(starts, neighbours, training, lora, paths):
    """Of the trainer, then of the service, by `kill -9`: it goes on from checkpoints, and each step is there once."""
    neighbours.datasets["colours"] = colours()
    asked = {"training_config": training("colours", epochs=24), "algorithm_config": lora}
    async with starts(save_steps=32, save_total_limit=2) as first:
        answer = await first.service.tune("lora-1", **asked)
        assert {"job_uuid": "lora-1"} == answer.json
        before = await first.service.reached("lora-1", lambda status: status["checkpoints"])
        killed = await trainer_of(first.process)
        killed.kill()
        trainer = await trainer_of(first.process, besides=killed)
        first.process.kill()
        trainer.wait(20)
    async with starts(save_steps=32, save_total_limit=2) as second:
        status = await second.service.ended("lora-1")
        artifacts = await second.service.artifacts("lora-1")

    assert before["progress"]["tokens_per_second"] > 0
    assert ("completed", None) == (status["status"], status["error"])
    assert [STEPS, STEPS, 3] == [
        status["progress"][name] for name in ("step", "total_steps", "attempts")
    ]
    curve = artifacts["loss_curve"]
    assert list(range(1, STEPS + 1)) == [point["step"] for point in curve]
    assert curve[-1]["loss"] < curve[0]["loss"] / 4
    assert ["lora-1-160", "lora-1-192", "lora-1"] == [
        each["identifier"] for each in artifacts["checkpoints"]
    ]
    assert str(paths.adapters / "lora-1") == artifacts["checkpoints"][-1]["path"]
    assert 0 < status["resources_allocated"]["trained_parameters"] < 20_000
    # A folder that a runner finds by itself.
    assert (await said(paths.model, paths.adapters / "lora-1")).endswith(" it is")
    assert not (await said(paths.model)).endswith(" it is")


async def test_distilled_then_by_preferences_then_cancelled(starts, neighbours, training, paths):
    """A model learns what its teacher says; from there it learns to prefer; and one that is cancelled stops."""
    neighbours.datasets["questions"] = [{"prompt": row["prompt"]} for row in colours()]
    neighbours.datasets["pairs"] = [
        {"prompt": row["prompt"], "chosen": row["completion"], "rejected": "SAY NO."}
        for row in colours()
    ]
    neighbours.models.wait = 0.05
    teacher = {"teacher": {"model": "loud"}, "validation_dataset_id": "questions"}
    async with starts(save_steps=30) as running:
        service = running.service
        distilled = training("questions", epochs=12, data=teacher)
        assert (await service.tune("loud-1", training_config=distilled)).error is None
        loud = await service.ended("loud-1")
        made = loud["checkpoints"][-1]
        preferred = {
            "finetuned_model": made["path"],
            "algorithm_config": {"beta": 0.1, "loss_type": "sigmoid"},
            "training_config": training("pairs", epochs=2, optimizer_config=None),
        }
        assert (await service.prefer("dpo-1", **preferred)).error is None
        dpo = await service.ended("dpo-1")
        curve = (await service.artifacts("dpo-1"))["loss_curve"]
        endless = training("pairs", epochs=100_000, data={"data_format": "dialog"})
        neighbours.datasets["pairs"] = [
            {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}
        ]
        assert (await service.tune("long-1", training_config=endless)).error is None
        await service.reached("long-1", lambda status: status["status"] == "in_progress")
        trainer = await trainer_of(running.process)
        cancelled = await service.cancel("long-1", "/v1/post-training/job/cancel")
        again = await service.cancel("long-1", "/v1alpha/post-training/jobs/long-1/cancel")
        refused = await service.cancel("dpo-1", "/v1alpha/post-training/job/cancel")
        trainer.wait(20)
        long = await service.status("long-1")

    assert ("completed", None) == (loud["status"], loud["error"])
    assert str(paths.models / "loud-1") == made["path"]
    assert 1 < neighbours.models.most <= 8
    assert made["training_metrics"]["validation_loss"] < 1.0
    assert "SAY GREY." == await said(paths.models / "loud-1")
    assert ("completed", None) == (dpo["status"], dpo["error"])
    assert 0.6 < curve[0]["loss"] < 0.8
    assert curve[-1]["loss"] < curve[0]["loss"]
    assert (None, None) == (cancelled.error, again.error)
    assert "job_not_cancellable" == refused.error["code"]
    assert "cancelled" == long["status"]
