"""Who gets which slot, and which prefix is computed again."""

import numpy as np
import pytest
import torch

from fleet_engine.cache import KVCache, Slots
from fleet_engine.config import load_llama_config

CPU = torch.device("cpu")


@pytest.fixture
def slots(model) -> Slots:
    return Slots(KVCache(load_llama_config(model), 3, 128, torch.float32, CPU))


def tokens(*values: int) -> np.ndarray:
    return np.array(values, np.int32)


LONG = tokens(*range(40))


def computed(slots: Slots, prompt: np.ndarray):
    """Take a slot for `prompt`, and pretend to compute it."""
    slot = slots.take(prompt)
    assert slot is not None
    slot.computed = slot.known
    return slot


def test_a_freed_slot_serves_the_next_prompt_that_begins_alike(slots):
    """As the next turn of a conversation does."""
    first = computed(slots, LONG)
    slots.free(first)

    second = slots.take(tokens(*range(40), 7, 8))

    assert second is first
    assert second.computed == 40


def test_the_last_token_is_computed_even_if_all_is_cached(slots):
    """Its logits choose the first token of the answer."""
    slots.free(computed(slots, LONG))

    assert slots.take(LONG).computed == 39


def test_a_running_prefix_is_copied(slots):
    first = computed(slots, LONG)
    slots.cache.layers[0][0][first.index, :, :40] = 1.0

    second = slots.take(tokens(*range(30), 99))

    assert second is not first
    assert second.computed == 30
    assert torch.all(slots.cache.layers[0][0][second.index, :, :30] == 1.0)


def test_a_prefix_that_is_being_computed_is_waited_for(slots):
    """So n answers to one prompt compute it once."""
    first = slots.take(LONG)

    assert slots.take(LONG) is None
    first.computed = first.known
    assert slots.take(LONG).computed == 39


def test_a_short_prefix_is_not_worth_a_copy(slots):
    computed(slots, LONG)

    assert slots.take(tokens(0, 1, 2, 99)).computed == 0


def test_the_slot_that_rested_longest_is_overwritten(slots):
    """Recent conversations are likelier to go on."""
    for start in (0, 50, 90):
        slots.free(computed(slots, tokens(*range(start, start + 30))))

    assert slots.take(tokens(500)).index == 0
    assert slots.take(tokens(*range(50, 80), 1)).computed == 30


def test_no_slot_is_given_twice(slots):
    taken = {computed(slots, tokens(n)).index for n in range(3)}

    assert taken == {0, 1, 2}
    assert slots.full


def test_use_counts_running_sequences(slots):
    slot = computed(slots, LONG)
    assert slots.used == pytest.approx(40 / (3 * 128))

    slots.free(slot)
    assert slots.used == 0
