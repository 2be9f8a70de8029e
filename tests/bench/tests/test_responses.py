"""What responses with tools are measured by."""

import sys

import msgspec
import pytest

from fleet_bench import wire
from fleet_bench.answering import answering, gets
from fleet_bench.load import BadAnswerError
from fleet_bench.process import free_port
from fleet_bench.responses import script
from fleet_bench.responses.alone import alone
from fleet_bench.responses.answers import check_said, check_told, check_whole, is_in_order
from fleet_bench.responses.measuring import Crowd, Sample, crowd
from fleet_bench.responses.model_server import said
from fleet_bench.responses.report import cost_table, crowd_table
from fleet_bench.responses.scenario import Scenario
from fleet_bench.responses.sides import world
from fleet_bench.system import Launch

# A system that answers every request with one response, and loses every third.
FORGETFUL = """
import asyncio, sys
port, path = int(sys.argv[1]), sys.argv[2]
answers = 0

async def answer(reader, writer):
    global answers
    while True:
        head = await reader.readuntil(b"\\r\\n\\r\\n")
        length = head.lower().partition(b"content-length: ")[2].partition(b"\\r")[0]
        await reader.readexactly(int(length))
        answers += head.startswith(b"POST")
        if answers % 3 == 0 and head.startswith(b"POST"):
            writer.close()
            return
        writer.write(open(path, "rb").read())

async def main():
    await (await asyncio.start_server(answer, "127.0.0.1", port)).serve_forever()

asyncio.run(main())
"""


def told(pieces=script.PIECES, last="response.completed", numbers=None):
    """Return a streamed response with so many pieces of text, and the numbers of its events."""
    kinds = ["response.created", "response.output_item.done"]
    kinds += ["response.output_text.delta"] * pieces + [last]
    events = []
    for number, kind in zip(numbers or range(len(kinds)), kinds, strict=False):
        event = {"type": kind, "sequence_number": number}
        event |= {"delta": f" {script.WORD}"} if kind.endswith("delta") else {}
        event |= {"item": {"output": script.FOUND}} if kind.endswith("done") else {}
        events.append(b"event: %b\ndata: %b\n\n" % (kind.encode(), msgspec.json.encode(event)))
    body = b"".join(events)
    return b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%b" % (len(body), body)


def test_a_whole_stream_passes():
    check_told(told())
    assert is_in_order(told())


def test_a_stream_without_its_end_or_a_piece_is_lost():
    """A system that loses something must not look fast."""
    with pytest.raises(BadAnswerError, match=r"the last event is .*response\.failed"):
        check_said(told(last="response.failed"))
    with pytest.raises(BadAnswerError, match="19 words came where the model said 20"):
        check_said(told(pieces=19))


def test_a_response_that_does_not_tell_what_the_tool_said_is_none():
    """Else a system that never ran the tool would win."""
    silent = told().replace(script.FOUND.encode(), b"?" * len(script.FOUND))

    check_said(silent)
    with pytest.raises(BadAnswerError, match="what the tool said"):
        check_told(silent)
    with pytest.raises(BadAnswerError, match="what the tool said"):
        check_whole(silent)


def test_a_hole_in_the_numbers_is_noticed():
    """Who resumes a stream counts on them."""
    assert not is_in_order(told(numbers=[0, 1, 3, *range(4, 24)]))


def test_the_model_calls_the_tool_first_and_then_speaks():
    """The script is the same for all systems, whatever else they write into their requests."""
    call, text = script.chats()

    assert b'"tool_calls"' in said(call)
    assert script.WORD.encode() not in said(call)
    assert script.PIECES == said(text).count(script.WORD.encode())


def test_the_model_refuses_a_chat_that_lacks_what_the_tool_said():
    """A system that asks again with nothing in it has not done the work."""
    _, text = script.chats()

    assert wire.not_found() == said(text.replace(script.FOUND.encode(), b"nothing"))


async def test_the_model_and_the_tool_answer_and_are_timed():
    """The MCP server is a real one, so that its protocol is as well."""
    async with world() as behind:
        found = await alone(behind)

    assert 0 < found.call_ms < found.of(3)
    assert 0 < found.tool_ms < found.of(3)
    assert found.text_ms == found.of(1)


async def test_lost_streams_are_counted_and_told_of(tmp_path):
    """The demand is that none is lost: the count must not come out of an exception."""
    answer = tmp_path / "answer"
    answer.write_bytes(told())
    port = free_port()
    launch = Launch([sys.executable, "-c", FORGETFUL, str(port), str(answer)], {}, "")
    request = script.asked("m", None, stream=True)
    scenario = Scenario("text, streamed", request, check_told, steps=1)
    async with answering(launch, port, tmp_path, gets("/")) as system:
        found = await crowd(system, "forgetful", scenario, 9)

    assert (9, 3, 0) == (found.streams, found.lost, found.out_of_order)
    assert "connection lost" in found.why


@pytest.mark.parametrize(("rate", "verdict"), [(40.0, "4x passed"), (39.0, "3.9x MISSED")])
def test_the_bar_is_four_times_as_many_responses(rate, verdict):
    samples = [
        Sample(
            system,
            "tool, streamed",
            3,
            rate,
            rate,
            p50_ms=10.0,
            p99_ms=19.0,
            alone_ms=4.0,
            cpu_ms={},
        )
        for system, rate in (("fleet", rate), ("ogx", 10.0))
    ]
    cells = [next(iter(column.cells)) for column in cost_table(samples).columns]

    assert ["tool, streamed", f"{rate:g} / 10", verdict] == cells[:3]
    assert ["2 / 2", "5 / 5"] == cells[
        -2:
    ]  # a step's share of what the model and the tool do not take


def test_lost_streams_of_all_rounds_count():
    """A median would hide the one round that lost some."""
    rounds = [Crowd("fleet", 200, lost, 0, 1.0, 2.0, 3.0) for lost in (0, 2, 0)]
    cells = [next(iter(column.cells)) for column in crowd_table(rounds).columns]

    assert ["200", "600 / -", "2 / -"] == cells[:3]
