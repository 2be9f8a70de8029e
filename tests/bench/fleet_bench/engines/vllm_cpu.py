"""vLLM on CPU: fp32, eager, its engine in this process."""

from collections.abc import Iterator

from vllm import LLM, SamplingParams

from fleet_bench.engines.task import Generate, Task, run


def load(task: Task) -> Generate:
    """Start the engine."""
    engine = LLM(
        str(task.model),
        dtype="float32",
        enforce_eager=True,
        max_model_len=task.context,
        max_num_seqs=max(task.concurrency, 2),
        enable_prefix_caching=False,
    )

    def generate(prompts: list[list[int]], tokens: int) -> Iterator[int]:
        sampling = SamplingParams(temperature=0, max_tokens=tokens, ignore_eos=True)
        inputs = [{"prompt_token_ids": prompt} for prompt in prompts]
        outputs = engine.generate(inputs, sampling, use_tqdm=False)
        yield from (len(output.outputs[0].token_ids) for output in outputs)

    return generate


if __name__ == "__main__":
    run(load)
