"""Who gets which blocks, and which prefix is computed again."""

import numpy as np
import pytest
import torch

from fleet_engine.cache import BLOCK_TOKENS, KVCache
from fleet_engine.config import load_llama_config
from fleet_engine.sequences import Sequences

CPU = torch.device("cpu")
BLOCKS = 12
LIMIT = 128


@pytest.fixture
def cache(model) -> KVCache:
    return KVCache(load_llama_config(model), BLOCKS, torch.float32, CPU)


@pytest.fixture
def sequences(cache) -> Sequences:
    return Sequences(cache)


def tokens(*values: int) -> np.ndarray:
    return np.array(values, np.int32)


LONG = tokens(*range(40))


def computed(sequences: Sequences, prompt: np.ndarray, root: bytes = b""):
    """Begin a sequence with `prompt`, and pretend to compute it."""
    sequence = sequences.admit(prompt, root, LIMIT)
    assert sequence is not None
    sequences.advance(sequence, sequence.known)
    return sequence


def test_blocks_are_taken_for_the_tokens_there_are(sequences):
    """Not for those that may come."""
    computed(sequences, LONG)

    assert sequences.used == pytest.approx(3 / BLOCKS)


def test_running_sequences_share_the_full_blocks_of_a_prefix(sequences):
    """A system prompt is there once, however many talk under it."""
    first = computed(sequences, LONG)

    second = computed(sequences, tokens(*range(32), 99))

    assert first.table[:2].tolist() == second.table[:2].tolist()
    assert first.table[2] != second.table[2]
    assert sequences.used == pytest.approx(4 / BLOCKS)


def test_a_block_that_differs_in_its_end_is_copied(sequences, cache):
    """Whoever goes on to write must not write into what others read."""
    first = computed(sequences, LONG)
    cache._all[:, first.table[2], :8] = 7.0

    second = sequences.admit(tokens(*range(37), 99), b"", LIMIT)

    assert second.computed == 37
    assert second.table[2] != first.table[2]
    assert torch.all(cache._all[:, second.table[2], :5] == 7.0)
    assert torch.all(cache._all[:, second.table[2], 5:] == 0.0)


def test_the_last_token_is_computed_even_if_all_is_cached(sequences):
    """Its logits choose the first token of the answer; its block is not written to but copied."""
    first = computed(sequences, LONG[:32])

    second = sequences.admit(LONG[:32], b"", LIMIT)

    assert second.computed == 31
    assert second.table[0] == first.table[0]
    assert second.table[1] != first.table[1]


def test_a_freed_sequence_serves_the_next_prompt_that_begins_alike(sequences):
    """As the next turn of a conversation does."""
    first = computed(sequences, LONG)
    blocks = first.table[:2].tolist()
    sequences.free(first)

    second = sequences.admit(tokens(*range(40), 7, 8), b"", LIMIT)

    assert second.computed == 40
    assert blocks == second.table[:2].tolist()


def test_the_same_tokens_after_other_ones_are_not_the_same(sequences):
    """Keys and values depend on all that came before."""
    sequences.free(computed(sequences, LONG))

    other = sequences.admit(tokens(99, *range(1, 40)), b"", LIMIT)

    assert other.computed == 0


def test_the_same_tokens_by_another_model_are_not_the_same(sequences):
    """An adapter computes other keys and values."""
    sequences.free(computed(sequences, LONG, b"base"))

    assert sequences.admit(LONG, b"adapter", LIMIT).computed == 0


@pytest.mark.parametrize(("start", "left"), [(0, 16), (50, 48)])
def test_what_rested_longest_goes_first_and_ends_before_beginnings(sequences, start, left):
    """Recent conversations are likelier to go on, and beginnings are shared the most."""
    for first in (0, 50, 100, 150):
        sequences.free(computed(sequences, tokens(*range(first, first + 3 * BLOCK_TOKENS))))

    sequences.free(computed(sequences, tokens(*[500] * 20)))

    assert sequences.admit(tokens(*range(start, start + 48), 1), b"", LIMIT).computed == left


def test_a_prefix_that_is_being_computed_is_waited_for(sequences):
    """So n answers to one prompt compute it once."""
    first = sequences.admit(LONG, b"", LIMIT)

    assert sequences.awaits(LONG, b"")
    assert not sequences.awaits(LONG, b"adapter")
    sequences.advance(first, first.known)
    assert not sequences.awaits(LONG, b"")
    assert sequences.admit(LONG, b"", LIMIT).computed == 39


def test_nobody_is_admitted_who_would_take_the_last_blocks_of_running_ones(sequences):
    """Each that runs needs a block soon; to preempt it would cost more than to wait."""
    running = computed(sequences, tokens(*range(100)))

    assert sequences.admit(tokens(*range(200, 280)), b"", LIMIT) is None
    assert sequences.admit(tokens(*range(200, 264)), b"", LIMIT) is not None
    assert sequences.used == pytest.approx(11 / BLOCKS)
    running.known = 113
    assert sequences.extend(running)
    running.known = 129
    assert not sequences.extend(running)


def test_one_sequence_always_fits_whatever_rests(sequences):
    """Even where a block to copy from would be one too many."""
    prompt = tokens(*range(BLOCKS * BLOCK_TOKENS))
    first = sequences.admit(prompt, b"", len(prompt))
    sequences.advance(first, first.known)
    sequences.free(first)

    assert sequences.admit(prompt, b"", len(prompt)).computed == len(prompt) - BLOCK_TOKENS


def test_blocks_of_the_same_tokens_computed_twice_come_back_once_each(sequences):
    """Two may compute the same at the same time; neither block may be lost or given twice."""
    one = sequences.admit(LONG, b"", LIMIT)
    two = sequences.admit(LONG, b"", LIMIT)
    for sequence in (one, two):
        sequences.advance(sequence, 40)

    for sequence in (one, two):
        sequences.free(sequence)

    assert sequences.used == 0
    everything = sequences.admit(tokens(*range(300, 300 + BLOCKS * BLOCK_TOKENS)), b"", 200)
    assert set(range(BLOCKS)) == set(everything.table[:BLOCKS].tolist())
