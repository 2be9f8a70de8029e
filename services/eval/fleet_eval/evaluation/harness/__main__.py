"""`python -m fleet_eval.evaluation.harness`: run what stdin says, and say on stdout what came of it.

It ends when its stdin does, so that it never outlives the service.
"""

import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import lm_eval
import msgspec
from lm_eval.tasks import TaskManager

from fleet_eval.evaluation.harness.order import Asked, Ended, Failed, Metric, Order, Sample

_STDIN, _STDOUT, _STDERR = 0, 1, 2
_PIECE = 4096
_ENDED = 1


def main() -> None:
    """Run it."""
    order = msgspec.json.decode(sys.stdin.buffer.readline(), type=Order)
    threading.Thread(target=_end_with_stdin, daemon=True).start()
    # What libraries print must not stand among what we say.
    with os.fdopen(os.dup(_STDOUT), "wb") as out:
        os.dup2(_STDERR, _STDOUT)
        try:
            found = _run(order)
        except Exception as error:  # noqa: BLE001 - a boundary: the service tells of it
            told: Iterator[Any] = iter([Failed(type(error).__name__, str(error)[:1000])])
        else:
            told = _told(found)
        for line in told:
            out.write(msgspec.json.encode(line, enc_hook=str) + b"\n")


def _end_with_stdin() -> None:
    # Past Python's buffer, whose lock would be held when we end.
    while os.read(_STDIN, _PIECE):
        pass
    os._exit(_ENDED)


def _run(order: Order) -> dict[str, Any]:
    if order.cache is not None:
        Path(order.cache).parent.mkdir(parents=True, exist_ok=True)
    arguments = {
        "model": order.model,
        "base_url": order.url,
        "header": order.headers,
        "num_concurrent": order.at_once,
        "timeout": order.seconds,
        "max_gen_toks": order.tokens,
        "tokenizer_backend": None,
        "tokenized_requests": False,
    }
    found: dict[str, Any] = lm_eval.simple_evaluate(
        model="local-chat-completions",
        model_args=arguments,
        tasks=[order.task],
        task_manager=TaskManager(include_path=order.folder, include_defaults=not order.own_only),
        num_fewshot=order.shots,
        limit=order.limit,
        use_cache=order.cache,
        gen_kwargs=order.generation or None,
        system_instruction=order.system,
        apply_chat_template=True,
        fewshot_as_multiturn=True,
    )
    return found


def _told(found: dict[str, Any]) -> Iterator[Any]:
    """Yield what came of all rows, one after the other, and then of all together."""
    samples = found.get("samples") or {}
    rows = [each for task, several in samples.items() for each in _rows(task, several)]
    yield Asked(len(rows))
    yield from rows
    for task, metrics in found["results"].items():
        yield from _metrics(task, metrics)
    yield Ended()


def _rows(task: str, samples: list[dict[str, Any]]) -> list[Sample]:
    """Return the rows of a task. The harness has an entry for each filter; here they are one."""
    found: dict[int, Sample] = {}
    for each in samples:
        row = found.setdefault(each["doc_id"], Sample(each["doc"], _said(each["resps"]), {}))
        for metric in each["metrics"]:
            value = each[metric]
            row.scores[f"{task}/{metric},{each['filter']}"] = _number(value)
    return list(found.values())


def _said(responses: list[Any]) -> str | None:
    """Return what the model said to a row: the first of its answers."""
    first = responses[0][0] if responses and responses[0] else None
    return first if isinstance(first, str) else None


def _metrics(task: str, metrics: dict[str, Any]) -> Iterator[Metric]:
    for name, value in metrics.items():
        metric, comma, kind = name.partition(",")
        if not comma or metric.endswith("_stderr"):
            continue
        error = _number(metrics.get(f"{metric}_stderr,{kind}"))
        yield Metric(f"{task}/{name}", _number(value), error)


def _number(value: Any) -> float | None:
    # Also of NumPy.
    try:
        return None if isinstance(value, str) else float(value)
    except (TypeError, ValueError):
        return None


if __name__ == "__main__":
    main()
