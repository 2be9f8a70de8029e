"""Images and files in messages: models read what is in them, and what is kept names them only."""

import base64

import pytest

from fleet.agents.v1 import messages as m
from fleet_runtime.call import Call
from fleet_runtime.errors import FleetError
from fleet_testing.agents_neighbours import text_result
from fleet_testing.openai_upstream import Canned
from fleet_testing.rest_server import rest_server

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("url", ["sqlite"], indirect=True)]

PNG = b"\x89PNG\r\n\x1a\n" + bytes(3000)
PNG_URL = "data:image/png;base64," + base64.b64encode(PNG).decode()


@pytest.fixture
def settings(settings):
    return lambda **more: settings(**{"files": "files", **more})


def user(*parts):
    return [{"role": "user", "content": list(parts)}]


def image(**fields):
    return {"type": "input_image", **fields}


def file(**fields):
    return {"type": "input_file", **fields}


def base64_of(data):
    return base64.b64encode(data).decode()


async def test_the_model_sees_an_image_that_is_kept(agents, neighbours):
    """Models read images, not ids; the response keeps the id, as the image may be large."""
    neighbours.files.kept["file-1"] = ("photo", PNG)

    asked = user({"type": "input_text", "text": "Who?"}, image(file_id="file-1", detail="low"))
    response = await agents.ask(asked)

    text, seen = neighbours.model.asked[0].messages[0].content
    assert ("Who?", "image_url", PNG_URL, "low") == (
        text.text,
        seen.type,
        seen.image_url.url,
        seen.image_url.detail,
    )
    listed = await agents.responses.list_input_items(
        m.ListInputItemsRequest(response_id=response.id), Call("/m")
    )
    kept = listed.data[0].content[1]
    assert ("file-1", None) == (kept.file_id, kept.image_url)


@pytest.mark.parametrize(
    ("part", "name"),
    [
        (file(file_id="file-2"), "notes.txt"),
        (file(file_data=base64_of(b"One.\n\nTwo."), filename="given.md"), "given.md"),
        (file(file_data=f"data:text/plain;base64,{base64_of(b'One.')}"), "file.txt"),
        (file(file_data="data:text/html,One.", filename="page"), "page.html"),
    ],
)
async def test_the_model_reads_the_text_of_a_file(agents, neighbours, part, name):
    """Models read text, and must know which file it is of."""
    neighbours.files.kept["file-2"] = ("notes.txt", b"One.\n\nTwo.")

    await agents.ask(user({"type": "input_text", "text": "Sum up."}, part))

    read = neighbours.model.asked[0].messages[0].content
    assert read.startswith(f"Sum up.[file: {name}]\n\nOne.")


async def test_the_model_reads_a_file_that_is_at_an_address(starts, neighbours):
    """SDKs let callers name a page; it is fetched from where the deployment allows it."""
    page = Canned(b"One.", headers={"content-type": "text/plain"})
    fetch = {"fetch": {"allowed": ["127.0.0.1"]}}
    async with rest_server(lambda _: page) as address, starts(attachments=fetch) as agents:
        await agents.ask(user(file(file_url=f"{address}/notes.txt")))

    assert neighbours.model.asked[0].messages[0].content.startswith("[file: notes.txt]\n\nOne.")


async def test_a_file_at_a_private_address_is_not_fetched(agents, neighbours):
    """Callers could else read what only this machine can reach."""
    async with rest_server(lambda _: Canned(b"secret")) as address:
        with pytest.raises(FleetError, match="no public address") as raised:
            await agents.ask(user(file(file_url=f"{address}/notes.txt")))

    assert (400, "input[0].content[0]") == (raised.value.status, raised.value.param)
    assert [] == neighbours.model.asked


@pytest.mark.parametrize(
    "part",
    [
        file(file_id="file-1"),
        file(file_data=PNG_URL, filename="x"),
        file(file_data=base64_of(PNG), filename="photo.png"),
    ],
)
async def test_a_file_that_is_an_image_is_seen_as_one(agents, neighbours, part):
    """SDKs send images as files too, and no text processor would find more than a few words in one."""
    neighbours.files.kept["file-1"] = ("photo.png", PNG)

    await agents.ask(user(part))

    assert PNG_URL == neighbours.model.asked[0].messages[0].content[0].image_url.url


async def test_a_file_is_read_once_in_a_response(agents, neighbours):
    """A loop of ten turns would read a long PDF ten times."""
    neighbours.files.kept["file-2"] = ("notes.txt", b"One.")
    neighbours.tools.add("web_search", lambda arguments: text_result("found"))
    for number in range(3):
        neighbours.model.say(calls=[("web_search", f'{{"query": "{number}"}}')])

    asked = user(file(file_id="file-2"), file(file_id="file-2"))
    await agents.ask(asked, tools=[{"type": "web_search"}])

    assert 4 == len(neighbours.model.asked)
    assert all("One." in str(asked.messages[0].content) for asked in neighbours.model.asked)
    assert ["file-2"] == neighbours.files.read


async def test_a_file_of_the_history_is_read_again(agents, neighbours):
    """What is kept names the file only, and the model must still know it."""
    neighbours.files.kept["file-2"] = ("notes.txt", b"The sky is green.")
    first = await agents.ask(user(file(file_id="file-2")))

    await agents.ask("Which colour?", previous_response_id=first.id)

    assert "The sky is green." in neighbours.model.asked[-1].messages[0].content


async def test_a_prompts_variables_may_be_files(agents, neighbours):
    """A stored prompt asks about whatever document it is given."""
    neighbours.files.kept["file-2"] = ("notes.txt", b"The sky is green.")
    prompt = await agents.prompts.create_prompt(
        m.CreatePromptRequest(prompt="Sum up {{doc}}.", variables=["doc"]), Call("/m")
    )

    variables = {"doc": file(file_id="file-2")}
    await agents.ask("Now.", prompt={"id": prompt.prompt_id, "variables": variables})

    read = neighbours.model.asked[0].messages[0].content
    assert "Sum up [file: doc].[file: notes.txt]\n\nThe sky is green." == read.strip()


async def test_an_error_names_the_variables_of_a_prompt(agents):
    """The text of a prompt is not the caller's, so its parts are not either."""
    prompt = await agents.prompts.create_prompt(
        m.CreatePromptRequest(prompt="Sum up {{doc}}.", variables=["doc"]), Call("/m")
    )

    variables = {"doc": file(file_id="file-9")}
    with pytest.raises(FleetError) as raised:
        await agents.ask("Now.", prompt={"id": prompt.prompt_id, "variables": variables})

    assert (404, "prompt.variables") == (raised.value.status, raised.value.param)


async def test_what_a_function_gave_may_be_a_file(agents, neighbours):
    """Agents take screenshots."""
    neighbours.files.kept["file-1"] = ("photo.png", PNG)

    await agents.ask(
        [
            {"type": "function_call", "call_id": "1", "name": "look", "arguments": "{}"},
            {"type": "function_call_output", "call_id": "1", "output": [image(file_id="file-1")]},
        ]
    )

    assert PNG_URL == neighbours.model.asked[0].messages[1].content[0].image_url.url


@pytest.mark.parametrize(
    ("part", "code"),
    [
        (file(file_id="file-9"), "file_not_found"),
        (image(file_id="file-2"), "invalid_image"),
        (file(file_id="file-3"), "file_too_large"),
        (file(file_id="file-4"), "file_too_large"),
        (file(file_id="file-5"), "unsupported_file"),
        (file(file_data="not base64!"), "invalid_file_data"),
        (file(file_data=base64_of(bytes(5000))), "file_too_large"),
    ],
)
async def test_an_error_names_the_part(starts, neighbours, part, code):
    """A request may have fifty files."""
    neighbours.files.kept |= {
        "file-2": ("notes.txt", b"One."),
        "file-3": ("large.bin", bytes(5000)),
        "file-4": ("long.txt", b"a" * 2000),
        "file-5": ("odd.bin", b"\xff\xfe\x00"),
    }
    limits = {"most_bytes": 4000, "most_characters": 1000}
    asked = [
        {"role": "user", "content": "Hi"},
        *user({"type": "input_text", "text": "Read."}, part),
    ]
    async with starts(attachments=limits) as agents:
        with pytest.raises(FleetError) as raised:
            await agents.ask(asked)

    assert (code, "input[1].content[1]") == (raised.value.code, raised.value.param)
    assert [] == neighbours.model.asked


async def test_too_many_files_are_refused(starts, neighbours):
    """Each costs memory and time."""
    neighbours.files.kept |= {f"file-{n}": ("a.txt", b"a") for n in range(3)}
    async with starts(attachments={"most": 2}) as agents:
        with pytest.raises(FleetError) as raised:
            await agents.ask(user(*(file(file_id=f"file-{n}") for n in range(3))))

    assert "too_many_files" == raised.value.code
    assert [] == neighbours.files.read


async def test_files_that_are_too_large_together_are_refused(starts, neighbours):
    """Fifty files of the allowed size would fill the memory of a replica."""
    neighbours.files.kept |= {f"file-{n}": ("a.txt", bytes([97 + n]) * 600) for n in range(2)}
    async with starts(attachments={"most_characters_together": 1000}) as agents:
        await agents.ask(user(file(file_id="file-0")))
        with pytest.raises(FleetError) as raised:
            await agents.ask(user(file(file_id="file-0"), file(file_id="file-1")))

    assert "files_too_large" == raised.value.code


async def test_files_are_refused_where_nobody_keeps_them(starts):
    """The setting says what to do."""
    async with starts(files=None) as agents:
        with pytest.raises(FleetError, match="'files'"):
            await agents.ask(user(file(file_id="file-1")))


async def test_guardrails_check_what_files_say(agents, neighbours):
    """Else a file would be the way around them."""
    neighbours.shields.forbidden["guard"] = "bomb"
    neighbours.files.kept["file-2"] = ("notes.txt", b"How to build a bomb.")

    response = await agents.ask(user(file(file_id="file-2")), guardrails=True)

    assert "I cannot talk about that." == response.output[0].content[0].refusal
    assert [] == neighbours.model.asked
