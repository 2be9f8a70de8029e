"""Transformers: one static batch, fp32, eager, as its own `generate` runs it."""

from collections.abc import Iterator
from typing import Any

import torch
from transformers import AutoModelForCausalLM

from fleet_bench.engines.task import Generate, Task, run


def load(task: Task) -> Generate:
    """Load the model into this process."""
    torch.set_num_threads(task.threads)
    model: Any = AutoModelForCausalLM.from_pretrained(task.model, dtype=torch.float32)

    def generate(prompts: list[list[int]], tokens: int) -> Iterator[int]:
        batch = torch.tensor(prompts)
        with torch.inference_mode():
            output = model.generate(
                batch,
                attention_mask=torch.ones_like(batch),
                do_sample=False,
                min_new_tokens=tokens,
                max_new_tokens=tokens,
                pad_token_id=0,
            )
        yield from [output.shape[1] - batch.shape[1]] * len(prompts)

    return generate


if __name__ == "__main__":
    run(load)
