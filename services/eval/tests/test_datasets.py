"""Datasets by their names."""

import pytest

from fleet.eval.v1 import messages as m

BOTH = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
ROWS = [{"question": "1+1?", "answer": 2, "big": 12345678901234567890}, {"question": "2+2?"}]


async def listed(rest):
    return (await rest.datasets("ListDatasets", "/v1/datasets")).json["data"]


@BOTH
async def test_what_is_registered_is_listed_got_and_taken_away(rest, known):
    """A dataset's whole life, at the current path and at the older one."""
    told = {
        "identifier": "some/rows",
        "provider_resource_id": "some/rows",
        "provider_id": "localfs",
        "type": "dataset",
        "purpose": "eval/question-answer",
        "source": {"type": "rows", "rows": ROWS},
        "metadata": {"from": "us"},
    }
    await known({"type": "rows", "rows": ROWS}, metadata={"from": "us"})

    assert told == (await rest.datasets("GetDataset", "/v1beta/datasets/some/rows")).json
    assert told == (await rest.datasets("GetDataset", "/v1/datasets/some/rows")).json
    assert [told] == await listed(rest)

    gone = await rest.datasets("UnregisterDataset", "/v1beta/datasets/some/rows")
    after = await rest.datasets("GetDataset", "/v1beta/datasets/some/rows")

    assert b"" == gone.data
    assert ("dataset_not_found", "dataset_id") == (after.error["code"], after.error["param"])
    assert [] == await listed(rest)


async def test_a_dataset_without_a_name_gets_one(rest):
    """As in Llama Stack."""
    asked = {"purpose": "eval/messages-answer", "source": {"type": "rows", "rows": []}}
    made = (await rest.datasets("RegisterDataset", "/v1/datasets", asked)).json

    assert made["identifier"].startswith("dataset-")
    assert {"type": "rows", "rows": []} == made["source"]


async def test_the_same_dataset_may_be_registered_twice_and_another_may_not(rest, known):
    """Programs register what they need whenever they start."""
    source = {"type": "rows", "rows": ROWS}
    await known(source)
    await known(source)
    other = {"purpose": "eval/question-answer", "source": {"type": "rows", "rows": ROWS[:1]}}
    taken = await rest.datasets(
        "RegisterDataset", "/v1beta/datasets", {**other, "dataset_id": "some/rows"}
    )

    assert "dataset_exists" == taken.error["code"]
    assert [source] == [each["source"] for each in await listed(rest)]


@pytest.mark.parametrize(
    ("source", "code", "param"),
    [
        ({"type": "rows", "rows": [1]}, "invalid_value", "source.rows[0]"),
        ({"type": "rows"}, "invalid_value", "source.rows"),
        ({"type": "uri"}, "invalid_value", "source.uri"),
        ({"type": "uri", "uri": "a", "rows": []}, "invalid_value", "source.uri"),
        ({"type": "sql", "uri": "a"}, "invalid_value", "source.type"),
        ({"type": "uri", "uri": "ftp://a/b.csv"}, "unsupported_source", "source.uri"),
        ({"type": "uri", "uri": "data:text/csv;base64,%"}, "invalid_value", "source.uri"),
        ({"type": "uri", "uri": "data:text/csv"}, "invalid_value", "source.uri"),
        ({"type": "uri", "uri": "lsfs://../secret.jsonl"}, "invalid_value", "source.uri"),
    ],
)
async def test_a_source_that_can_never_be_read_is_refused(rest, source, code, param):
    """When it is registered, and with the name of the field."""
    asked = {"purpose": "eval/question-answer", "source": source}
    refused = (await rest.datasets("RegisterDataset", "/v1beta/datasets", asked)).error

    assert (code, param) == (refused["code"], refused["param"])


async def test_an_unknown_provider_is_refused(rest):
    """Those that there are stand in the message."""
    asked = {
        "purpose": "eval/question-answer",
        "source": {"type": "rows", "rows": []},
        "metadata": {"provider_id": "nobody"},
    }
    refused = (await rest.datasets("RegisterDataset", "/v1beta/datasets", asked)).error

    assert ("unknown_provider", "metadata.provider_id") == (refused["code"], refused["param"])
    assert "localfs" in refused["message"]


@BOTH
async def test_rows_of_a_dataset_that_was_taken_away_are_gone(rest, known, every_row):
    """A new dataset of the same name must not begin with the old one's."""
    await known({"type": "rows", "rows": ROWS})
    await rest.rows("AppendRows", "/v1beta/datasetio/append-rows/some/rows", {"rows": ROWS})
    await rest.datasets("UnregisterDataset", "/v1beta/datasets/some/rows")
    await known({"type": "rows", "rows": [{"new": True}]})

    assert ([{"new": True}], 1) == await every_row()


class TestOfTheConfig:
    """Datasets that the config has."""

    @pytest.fixture
    def settings(self, settings, folder):
        (folder / "two.jsonl").write_text('{"a": 1}\n{"a": 2}\n')
        return settings | {"datasets": [{"dataset_id": "ours", "uri": "lsfs://two.jsonl"}]}

    async def test_they_are_there_and_stay(self, rest, every_row):
        """Rows may be appended to them, too."""
        await rest.rows("AppendRows", "/v1beta/datasetio/append-rows/ours", {"rows": [{"a": 3}]})
        refused = await rest.datasets("UnregisterDataset", "/v1beta/datasets/ours")

        assert ["ours"] == [each["identifier"] for each in await listed(rest)]
        assert "dataset_configured" == refused.error["code"]
        assert [{"a": 1}, {"a": 2}, {"a": 3}] == (await every_row("ours"))[0]


async def test_by_grpc(typed, call):
    """What other services use: the same, with rows as JSON text."""
    source = m.DatasetSource(type="rows", rows=[b'{"a":1}'])
    request = m.RegisterDatasetRequest(
        purpose="eval/question-answer", source=source, dataset_id="one"
    )
    made = await typed.datasets.register_dataset(request, call)
    await typed.rows.append_rows(m.AppendRowsRequest(dataset_id="one", rows=[b'{"a":2}']), call)
    page = await typed.rows.iter_rows(m.IterRowsRequest(dataset_id="one"), call)

    assert "one" == made.identifier
    assert [b'{"a":1}', b'{"a":2}'] == [bytes(row) for row in page.data]
    assert not page.has_more
