"""What a store promises, whatever the source."""

import resource

import pytest

from fleet_models.catalog import CATALOG, resolve
from fleet_models.errors import ModelError, ModelNotFoundError
from fleet_models.sources.hub import Hub
from fleet_models.store import ModelStore, default_root

MODEL = "my/tiny"


@pytest.fixture
def stored(store, tiny_folder):
    store.download(MODEL, f"folder:{tiny_folder}")
    return store


def test_the_root_follows_llama_home(monkeypatch, tmp_path):
    """One variable moves everything."""
    monkeypatch.setenv("LLAMA_HOME", str(tmp_path))

    assert tmp_path / "models" == default_root()


def test_an_absent_model_names_the_command_that_brings_it(store):
    """The whole sentence can be acted on."""
    with pytest.raises(ModelNotFoundError, match="run `llama model download my/tiny`"):
        store.path(MODEL)


def test_aliases_mean_their_models(store):
    """The error shows which."""
    with pytest.raises(ModelNotFoundError, match=CATALOG[0].id):
        store.path(CATALOG[0].alias)


@pytest.mark.parametrize("name", ["../x", "a/..", "a/b/c", ".staging/x", "/etc", "a", "", "a/../b"])
def test_names_cannot_lead_out_of_the_root(store, name):
    """Ids come from users and configs."""
    with pytest.raises(ModelError, match="is no model"):
        store.path(name)


def test_any_other_id_is_one_of_the_hub():
    """So that every model of the hub has a name here."""
    assert ("a/b", Hub("a/b")) == resolve("a/b")
    assert ("a/b", Hub("a/b", "v2")) == resolve("hf:a/b@v2")


def test_a_copied_folder_is_listed_described_and_whole(stored, tiny_folder):
    """And is a copy: the original may go. Its code is not taken over."""
    (tiny_folder / "model.safetensors").unlink()
    model = stored.describe(MODEL)

    assert [model] == stored.list()
    assert f"folder:{tiny_folder}" == model.manifest.source
    assert ["config.json", "model.safetensors"] == [file.path for file in model.manifest.files]
    assert [] == stored.verify(MODEL)


def test_a_linked_folder_takes_no_room_and_is_not_written_to(store, tiny_folder):
    """For weights too large to have twice."""
    before = sorted(tiny_folder.iterdir())
    folder = store.download(MODEL, f"link:{tiny_folder}")

    assert (tiny_folder / "model.safetensors") == (folder / "model.safetensors").readlink()
    assert before == sorted(tiny_folder.iterdir())
    assert [] == store.verify(MODEL)

    store.remove(MODEL)

    assert before == sorted(tiny_folder.iterdir())


def test_verify_tells_what_is_missing_changed_or_too_much(stored):
    """One sentence each."""
    folder = stored.path(MODEL)
    (folder / "config.json").write_text('{"changed": 1}')
    (folder / "model.safetensors").unlink()
    (folder / "extra.json").write_text("{}")

    assert [
        "config.json was changed",
        "extra.json does not belong to it",
        "model.safetensors is missing",
    ] == stored.verify(MODEL)


def test_a_model_that_is_here_is_not_fetched_again(stored):
    """Its source may be gone by now."""
    assert stored.path(MODEL) == stored.download(MODEL, "folder:/nowhere")


def test_force_replaces_a_model_whole(stored, tiny_folder):
    """What the new one lacks does not stay behind."""
    (stored.path(MODEL) / "stale.json").write_text("{}")

    stored.download(MODEL, f"folder:{tiny_folder}", force=True)

    assert [] == stored.verify(MODEL)


def test_a_failed_force_keeps_the_old_model(stored):
    """The old one serves until the new one is whole."""
    with pytest.raises(ModelError, match="no folder"):
        stored.download(MODEL, "folder:/nowhere", force=True)

    assert [] == stored.verify(MODEL)


def test_a_removed_model_leaves_no_trace(stored, visible):
    """Neither its folder nor an empty organisation."""
    stored.remove(MODEL)

    assert [] == stored.list()
    assert [] == visible()
    assert not (stored.root / "my").exists()


def test_a_folder_put_there_by_hand_is_a_model_too(store, tiny_folder):
    """It cannot be verified, and says so."""
    target = store.root / "my" / "tiny"
    target.parent.mkdir(parents=True)
    tiny_folder.rename(target)

    assert target == store.path(MODEL)
    with pytest.raises(ModelError, match="by hand"):
        store.verify(MODEL)


def test_what_a_killed_process_left_is_cleaned_up(store, tiny_folder, visible):
    """Otherwise each kill would cost the room of a model."""
    leftover = store.root / ".staging/my--tiny/work-killed/ready"
    leftover.mkdir(parents=True)
    (leftover / "model.safetensors").write_bytes(b"half")

    store.download(MODEL, f"folder:{tiny_folder}")

    assert not any(path.startswith(".staging") for path in visible())


def test_a_write_that_fails_is_one_sentence_and_leaves_nothing(store, tiny_folder, visible):
    """Here the largest file size is the limit; a full disk fails the same way."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, hard))
    try:
        with pytest.raises(ModelError, match=r"cannot keep the model at .*: File too large"):
            store.download(MODEL, f"folder:{tiny_folder}")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert [] == visible()


def test_a_download_that_cannot_fit_does_not_begin(index, store, visible):
    """A full disk after an hour is worse than a refusal now."""
    index.wheel.headers = {"Content-Length": str(10**16)}

    with pytest.raises(ModelError, match=r"not enough room .* 10,000,000,000 MB are needed"):
        store.download(MODEL, index.spec)

    assert not any(path.endswith((".part", ".whl", ".safetensors")) for path in visible())


def test_a_root_that_cannot_be_written_is_one_sentence(tmp_path, tiny_folder):
    """A file is where the root should be."""
    (tmp_path / "file").touch()

    with pytest.raises(ModelError, match=r"cannot keep the model at .*file"):
        ModelStore(tmp_path / "file").download(MODEL, f"folder:{tiny_folder}")
