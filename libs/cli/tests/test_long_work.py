"""`llama batch | dataset | eval | train` as people use them, against a gateway that comes and goes."""

import json
import os
import signal
import struct
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from fleet_cli import watching
from fleet_cli.main import app
from fleet_testing.long_work import LongWork

REQUESTS = [
    {"custom_id": name, "method": "POST", "url": "/v1/chat/completions", "body": {}}
    for name in "abc"
]
SFT = ("train", "sft", "-m", "tiny", "-d", "chats", "--name", "owls")


@pytest.fixture
def fleet(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(watching, "PAUSE", 0.01)
    monkeypatch.delenv("LLAMA_STACK_API_KEY", raising=False)
    with LongWork() as fleet:
        monkeypatch.setenv("LLAMA_STACK_BASE_URL", fleet.url)
        yield fleet


@pytest.fixture
def llama():
    """Run a command in this process."""

    def run(*arguments, stdin=None):
        return CliRunner().invoke(app, [str(each) for each in arguments], input=stdin)

    return run


@pytest.fixture
def requests(tmp_path: Path):
    file = tmp_path / 'with "quotes".jsonl'
    file.write_text("".join(json.dumps(each) + "\n" for each in REQUESTS))
    return file


def test_a_batch_is_run_and_its_answers_are_had(llama, fleet, requests, tmp_path):
    """The endpoint is that of the first line; other lines of output than the id go to the error stream."""
    run = llama("batch", "run", requests, "--watch")
    output = tmp_path / "answers.jsonl"
    got = llama("batch", "results", "batch_0", "-o", output)
    printed = llama("batch", "results", "batch_0")

    assert (0, "batch_0\n") == (run.exit_code, run.stdout), run.output
    assert requests.read_bytes() == fleet.files["file-0"]
    assert [("/v1/chat/completions", "24h")] == [
        (body["endpoint"], body["completion_window"]) for _, body in fleet.bodies
    ]
    assert "3/3" in run.stderr
    assert "completed: 3 answered, 0 failed of 3" in run.stderr
    assert (0, b'{"custom_id": "a"}\n') == (got.exit_code, output.read_bytes())
    assert [output.name, requests.name] == sorted(path.name for path in tmp_path.iterdir())
    assert '{"custom_id": "a"}\n' == printed.stdout


def test_batches_are_listed_told_of_and_cancelled(llama, fleet, requests):
    run = llama("batch", "run", requests, "--endpoint", "/v1/embeddings")
    early = llama("batch", "results", run.stdout.strip())
    told = llama("batch", "status", "batch_0")
    cancelled = llama("batch", "cancel", "batch_0")
    listed = llama("batch", "list")

    assert (1, "llama batch watch batch_0") == (early.exit_code, early.stderr.split("`")[1])
    assert "answered" in told.stdout
    assert "2/3" in told.stdout
    assert "batch_0 is cancelling\n" == cancelled.stdout
    assert "/v1/embeddings" in listed.stdout
    nobody = llama("batch", "status", "nobody")
    assert (1, "error: There is no batch 'nobody'.\n") == (nobody.exit_code, nobody.stderr)


def test_watching_survives_a_gateway_that_is_away(llama, fleet, requests):
    """Refused connections, and those of a proxy with nothing behind it; each is said once."""
    llama("batch", "run", requests)
    looks = []

    def look():
        looks.append(None)
        if len(looks) == 1:
            fleet.vanish(0.3)
        elif len(looks) == 2:
            fleet.refusals += [503, 502, 503]

    fleet.on_look = look
    watched = llama("batch", "watch", "batch_0")

    assert 0 == watched.exit_code, watched.output
    assert 2 == watched.stderr.count("the gateway does not answer; trying on\n")
    assert 2 == watched.stderr.count("the gateway answers again\n")
    assert "completed" in watched.stderr


@pytest.mark.parametrize(
    ("begin", "why"),
    [
        (("batch", "run", "FILE"), "Line 2 is no JSON."),
        (("eval", "run", "b1", "-m", "chat"), "failed: the model is gone"),
        (SFT, "failed: messages: the row is too long"),
    ],
)
def test_a_job_that_fails_says_why(llama, fleet, requests, begin, why):
    """And a pipeline sees it by the exit code."""
    fleet.fails = True
    ended = llama(*(requests if each == "FILE" else each for each in begin), "--watch")

    assert 1 == ended.exit_code
    assert why in ended.output


@pytest.mark.parametrize(
    ("begin", "again"),
    [
        (("batch", "run", "FILE"), "llama batch watch batch_0"),
        (("eval", "run", "b1", "-m", "chat"), "llama eval watch b1 run0"),
        (SFT, "llama train watch owls"),
    ],
)
def test_ctrl_c_ends_the_watching_only(llama, fleet, requests, begin, again):
    """And says how to go on watching, which works."""
    fleet.on_look = lambda: os.kill(os.getpid(), signal.SIGINT)
    stopped = llama(*(requests if each == "FILE" else each for each in begin), "--watch")
    fleet.on_look = lambda: None
    watched = llama(*again.split()[1:])

    assert 130 == stopped.exit_code, stopped.output
    assert f"the job goes on. Watch it again: {again}\n" in stopped.stderr
    assert 0 == watched.exit_code, watched.output


def test_a_dataset_lives(llama, fleet, tmp_path):
    """From a file of this machine; rows are read over several pages, as one list."""
    file = tmp_path / "rows.jsonl"
    file.write_text("".join(f'{{"n": {n}}}\n' for n in range(5)))
    more = '{"n": 5}\n\n{"n": 6}\n'

    assert 0 == llama("dataset", "register", "my/rows", file).exit_code
    assert "appended 2 rows" in llama("dataset", "append", "my/rows", "-", stdin=more).stdout
    assert "my/rows" in llama("dataset", "list").stdout
    assert "file-0" in llama("dataset", "show", "my/rows").stdout
    some = llama("dataset", "rows", "my/rows", "--start", 1, "-n", 3)
    assert [1, 2, 3] == [json.loads(line)["n"] for line in some.stdout.splitlines()]
    every = llama("dataset", "rows", "my/rows", "--all")
    assert list(range(7)) == [json.loads(line)["n"] for line in every.stdout.splitlines()]
    assert 1 == llama("dataset", "remove", "my/rows", stdin="n\n").exit_code
    assert "removed" in llama("dataset", "remove", "my/rows", "--yes").stdout
    assert not fleet.datasets


def test_what_is_no_rows_is_said(llama, fleet, tmp_path):
    """Before it is sent."""
    wrong = llama("dataset", "append", "rows", "-", stdin='{"n": 1}\n[2]\n')
    absent = llama("dataset", "register", "rows", tmp_path / "absent.jsonl")

    assert (1, True) == (wrong.exit_code, "line 2 is no JSON object" in wrong.stderr)
    assert (1, True) == (absent.exit_code, "there is no file" in absent.stderr)
    assert not fleet.bodies


def test_a_benchmark_is_run_and_reported(llama, fleet, tmp_path):
    """The newest run is meant where none is named."""
    png = tmp_path / "scores.png"
    options = ("-n", 2, "--system", "Be brief.", "--no-cache")
    run = llama("eval", "run", "b1", "-m", "chat", *options, "--watch")
    llama("eval", "run", "b1", "-m", "chat")
    report = llama("eval", "report", "b1", "run0", "--group-by", "continent", "--plot", png)

    assert (0, "run0\n") == (run.exit_code, run.stdout), run.output
    config = fleet.bodies[0][1]["benchmark_config"]
    assert "Be brief." == config["eval_candidate"]["system_message"]["content"]
    assert (2, False) == (config["num_examples"], config["use_cache"])
    assert "b1" in llama("eval", "benchmarks").stdout
    assert "scheduled" in llama("eval", "list", "b1").stdout
    assert "run1" in llama("eval", "status", "b1").stdout
    assert "run1 is cancelled\n" == llama("eval", "cancel", "b1", "run1").stdout
    assert 0 == report.exit_code, report.output
    for said in ("accuracy", "0.75", "0.500 to 0.900 (95%)", "CONTINENT", "Europe"):
        assert said in report.stdout
    assert is_png(png)
    compared = llama("eval", "compare", "b1", "run0", "run1")
    assert "+0.250" in compared.stdout
    assert "2 rows are in one run only" in compared.stderr


def test_a_model_is_trained_and_its_loss_drawn(llama, fleet, tmp_path):
    """Loss, tokens a second and the time that is left are to be seen meanwhile."""
    png = tmp_path / "loss.png"
    trained = llama(*SFT, "--lora-rank", 8, "--learning-rate", 1e-4, "--watch")
    plotted = llama("train", "plot", "owls", "-o", png)
    second = llama("train", "dpo", "-m", "tiny", "-d", "pairs", "--beta", 0.2, "--loss", "ipo")

    assert (0, True) == (trained.exit_code, trained.stdout.startswith("owls\n")), trained.output
    assert "4/4" in trained.stderr
    assert "loss 0.5000, 1,234 tokens/s, 0:00:00 left" in trained.stderr
    assert "/models/owls-2" in trained.stdout
    assert [8, 16] == [fleet.bodies[0][1]["algorithm_config"][key] for key in ("rank", "alpha")]
    assert 0 == plotted.exit_code, plotted.output
    assert is_png(png)
    name = second.stdout.strip()
    early = llama("train", "plot", name)
    assert (1, True) == (early.exit_code, "no step yet" in early.stderr)
    assert "1/4" in llama("train", "status", name).stdout
    assert 0 == llama("train", "cancel", name).exit_code
    listed = llama("train", "list").stdout
    assert ["owls", name] == [line.split()[0] for line in listed.splitlines()[1:]]
    again = llama(*SFT)
    assert (1, "error: There is a job 'owls' already.\n") == (again.exit_code, again.stderr)


def test_a_plot_without_matplotlib_names_the_extra(llama, fleet, tmp_path, monkeypatch):
    """And one that is no PNG is refused."""
    llama(*SFT, "--watch")
    wrong = llama("train", "plot", "owls", "-o", tmp_path / "loss.pdf")
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    bare = llama("train", "plot", "owls", "-o", tmp_path / "loss.png")

    assert (1, True) == (wrong.exit_code, "should end in .png" in wrong.stderr)
    assert (1, True) == (bare.exit_code, "pip install 'llama-fleet[plot]'" in bare.stderr)
    assert not list(tmp_path.iterdir())


def test_callers_show_their_token(llama, fleet, monkeypatch):
    """From the environment; without one they are told its name. OpenAI's form of the address does as well."""
    fleet.key = "sesame"
    refused = llama("batch", "list")
    monkeypatch.setenv("LLAMA_STACK_API_KEY", "sesame")
    allowed = llama("batch", "list", "--url", f"{fleet.url}/v1/")

    assert (1, True) == (refused.exit_code, "LLAMA_STACK_API_KEY" in refused.stderr)
    assert 0 == allowed.exit_code, allowed.output


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://127.0.0.1:9", "(connection refused); `llama stack run starter` starts a fleet"),
        ("127.0.0.1:8321", "'127.0.0.1:8321' is no gateway; write http://host:port"),
    ],
)
def test_where_no_fleet_is_it_is_said(llama, url, said):
    ended = llama("train", "watch", "owls", "--url", url)

    assert (1, True) == (ended.exit_code, said in ended.stderr), ended.output


def test_the_commands_load_nothing_heavy():
    """Else every call of `llama` would wait for it."""
    script = (
        "import sys; from fleet_cli import batch, dataset, evaluate, plots, train, watching;"
        "print([n for n in ('grpc', 'matplotlib', 'numpy', 'torch') if n in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=True, text=True
    )

    assert "[]\n" == done.stdout


def is_png(file: Path) -> bool:
    """Tell whether a file is a picture of some size, as https://www.w3.org/TR/png-3/ has it."""
    content = file.read_bytes()
    width, height = struct.unpack(">II", content[16:24])
    whole = content.startswith(b"\x89PNG\r\n\x1a\n") and content.endswith(b"IEND\xaeB`\x82")
    return whole and width > 400 and height > 200
