"""How well our engine predicts a fixed text, with its weights as an engine's row has them.

The text is the language reference that Python carries for `help()`; how much worse quantised weights
predict it than fp32 ones says what they cost.
"""

import json
import math
from dataclasses import replace
from pydoc_data.topics import topics

import numpy as np
import torch
from torch.nn import functional

from fleet_bench.engines.fleet import quantization
from fleet_bench.engines.task import Task, read_task
from fleet_engine.batch import Span, batched
from fleet_engine.cache import BLOCK_TOKENS, KVCache
from fleet_engine.config import load_llama_config
from fleet_engine.llama import Llama
from fleet_engine.tokenizer import Tokenizer
from fleet_engine.weights import Weights

CPU = torch.device("cpu")
WINDOW = 512
WINDOWS = 8


@torch.inference_mode()
def perplexity(task: Task) -> float:
    """Return e to the mean surprise of a token by those before it in its window, in nats."""
    torch.set_num_threads(task.threads)
    config = load_llama_config(task.model)
    llama = Llama(
        config, Weights(task.model), WINDOW, torch.float32, CPU, quantization=quantization()
    )
    cache = KVCache(config, WINDOW // BLOCK_TOKENS, torch.float32, CPU)
    tokens = Tokenizer(task.model, config.vocab_size).encode(_text(), special=False)
    windows = [tokens[at * WINDOW : (at + 1) * WINDOW] for at in range(WINDOWS)]
    return math.exp(sum(_surprise(llama, cache, window) for window in windows) / len(windows))


def _text() -> str:
    return "\n\n".join(topics[name] for name in sorted(topics))


def _surprise(llama: Llama, cache: KVCache, window: list[int]) -> float:
    """Return the mean over all tokens of a window but the first."""
    table = np.arange(cache.blocks, dtype=np.int32)
    batch = batched([Span(table, 0, window, wants_logits=True)], torch.float32, CPU)
    logits = llama.logits(replace(batch, last=None), cache)
    return functional.cross_entropy(logits[:-1], torch.tensor(window[1:])).item()


if __name__ == "__main__":
    print(json.dumps({"perplexity": perplexity(read_task())}))
