"""The command line of llama-stack-client against a running fleet."""

import os
import subprocess

import pytest

pytestmark = pytest.mark.timeout(900)  # the first test waits for the fleet, and for pip


@pytest.fixture(scope="module")
def cli(fleet, client_bin):
    """Run a command, and return its exit code and all that it printed."""
    program = client_bin("llama-stack-client") / "llama-stack-client"

    def run(*arguments: str) -> tuple[int, str]:
        done = subprocess.run(
            [program, "--endpoint", fleet.root, *arguments],
            env=os.environ | {"COLUMNS": "300"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            check=False,
        )
        return done.returncode, done.stdout

    return run


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        ("models list", "runner/HuggingFaceTB/SmolLM2-135M-Instruct"),
        ("models get engine", "HuggingFaceTB/SmolLM2-135M-Instruct"),
        ("inspect version", "VersionInfo(version="),
        ("providers list", "inline::sentence-transformers"),
        ("providers inspect remote", "provider_type=remote::openai"),
        ("inference chat-completion --model-id remote/chat --message ahoy", "content='ahoy'"),
        ("inference chat-completion --model-id remote/chat --stream --message ahoy", "ahoy"),
    ],
)
def test_command_answers(cli, command, shown):
    """People look at a fleet with these."""
    code, text = cli(*command.split())

    assert 0 == code, text
    assert shown in text


def test_chat_without_a_model_takes_the_first_one(cli):
    """The CLI picks the first model whose kind is `llm`, which it reads from `custom_metadata`."""
    code, text = cli("inference", "chat-completion", "--message", "hi")

    assert 0 == code, text
    assert "model='chat'" in text


def test_unknown_model_is_told_plainly(cli):
    """The error is ours, not a traceback."""
    _, text = cli("models", "get", "nope")

    assert "NotFoundError" in text
    assert "not found. Use 'client.models.list()'" in " ".join(text.replace("│", "").split())


@pytest.mark.parametrize("verb", ["register", "unregister"])
def test_registering_fails_in_the_client_itself(cli, verb):
    """Version 0.7.5 lost these methods but kept the commands; when one works again, test it against us."""
    _, text = cli("models", verb, "nickname")

    assert f"'ModelsResource' object has no attribute '{verb}'" in text
