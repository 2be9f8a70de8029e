"""Which sizes chunks may have."""

import pytest

from fleet_chunking.sizes import SizeError, Sizes


def test_auto_is_800_and_400():
    """As OpenAI's and Llama Stack's `auto` are."""
    assert Sizes(800, 400) == Sizes.auto()


@pytest.mark.parametrize(
    ("context", "special", "sizes"),
    [(256, 2, Sizes(254, 127)), (802, 2, Sizes(800, 400)), (8192, 2, Sizes(800, 400))],
)
def test_auto_fits_into_the_models_context(context, special, sizes):
    """What is longer the model cuts off, and the rest would not be found."""
    assert sizes == Sizes.auto(context, special)


@pytest.mark.parametrize(
    ("size", "overlap", "sizes"),
    [
        (None, None, Sizes(800, 400)),
        (100, None, Sizes(100, 50)),
        (4096, None, Sizes(4096, 400)),
        (4096, 2048, Sizes(4096, 2048)),
        (100, 0, Sizes(100, 0)),
    ],
)
def test_static_is_as_asked(size, overlap, sizes):
    """And an overlap that nobody asked for never makes a size wrong."""
    assert sizes == Sizes.static(size, overlap)


@pytest.mark.parametrize(
    ("size", "overlap", "told"),
    [
        (99, 0, "100 to 4096 tokens, not 99"),
        (4097, 0, "100 to 4096 tokens, not 4097"),
        (800, 401, "by 0 to 400, not by 401"),
        (800, -1, "by 0 to 400, not by -1"),
    ],
)
def test_static_refuses_what_makes_no_chunks(size, overlap, told):
    """With more than half, texts would come three times and more; Llama Stack does not look."""
    with pytest.raises(SizeError, match=told):
        Sizes.static(size, overlap)
