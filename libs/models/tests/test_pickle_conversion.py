"""Pickled weights become safetensors, and nothing pickled is run."""

import json
import os
import pickle

import pytest

from fleet_models.errors import ModelError

torch = pytest.importorskip("torch", reason="needs the extra `torch`")
safetensors = pytest.importorskip("safetensors.torch")


@pytest.fixture
def pickled(tmp_path):
    folder = tmp_path / "pickled"
    folder.mkdir()
    (folder / "config.json").write_text("{}")
    return folder


def test_tensors_survive_tied_ones_included(store, pickled):
    """Tied tensors share memory in a pickle, which safetensors refuses to write."""
    weight = torch.arange(6.0).reshape(2, 3)
    torch.save({"a": weight, "tied": weight, "b": weight.T}, pickled / "pytorch_model.bin")

    folder = store.download("my/pickled", f"folder:{pickled}")
    tensors = safetensors.load_file(folder / "model.safetensors")

    assert {"a", "b", "tied"} == tensors.keys()
    assert torch.equal(weight, tensors["tied"])
    assert torch.equal(weight.T, tensors["b"])
    assert not (folder / "pytorch_model.bin").exists()


def test_shards_keep_their_index(store, pickled):
    """The index names the new files."""
    name = "pytorch_model-00001-of-00001.bin"
    torch.save({"a": torch.ones(1)}, pickled / name)
    index = {"metadata": {}, "weight_map": {"a": name}}
    (pickled / "pytorch_model.bin.index.json").write_text(json.dumps(index))

    folder = store.download("my/pickled", f"folder:{pickled}")
    converted = json.loads((folder / "model.safetensors.index.json").read_text())

    assert {"a": "model-00001-of-00001.safetensors"} == converted["weight_map"]
    assert (folder / "model-00001-of-00001.safetensors").is_file()
    assert not (folder / "pytorch_model.bin.index.json").exists()


class Evil:
    def __init__(self, target):
        self.target = target

    def __reduce__(self):
        return (os.mkdir, (str(self.target),))


def test_a_pickle_that_would_run_something_is_refused(store, pickled, tmp_path, visible):
    """Loading a pickle is running a program."""
    (pickled / "pytorch_model.bin").write_bytes(pickle.dumps({"a": Evil(tmp_path / "ran")}, 2))

    with pytest.raises(ModelError, match="holds more than tensors"):
        store.download("my/pickled", f"folder:{pickled}")

    assert not (tmp_path / "ran").exists()
    assert [] == visible()
