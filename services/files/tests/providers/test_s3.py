"""What S3 has that others have not: buckets, parts, prefixes and keys."""

import asyncio

import pytest

from fleet_files.incoming import new_file_id
from fleet_files.provider import About
from fleet_files.providers.s3 import S3
from fleet_files.s3.bucket import Bucket
from fleet_runtime.config import ConfigError
from fleet_runtime.errors import NotFound, Unavailable, UpstreamFailed
from fleet_testing.openai_upstream import Canned
from fleet_testing.rest_server import rest_server
from fleet_testing.s3_server import s3_server

pytestmark = pytest.mark.slow

KEYS = {"aws_access_key_id": "AKIDEXAMPLE", "aws_secret_access_key": "secret"}
MEBIBYTE = 1024 * 1024


class Given:
    """A file of one piece."""

    def __init__(self, data=b"hello"):
        self.id = new_file_id()
        self._data = data

    async def content(self):
        yield self._data

    async def about(self):
        return About("a", "text/plain", "assistants")


@pytest.fixture(scope="module")
def s3():
    with s3_server() as server:
        server.create("there")
        yield server


def config(s3, **more):
    return S3.Config(**{"bucket_name": "there", "endpoint_url": s3.url, **KEYS, **more})


@pytest.fixture
async def provider(s3):
    provider = S3(config(s3, key_prefix="/a/b/"))
    yield provider
    await provider.aclose()


async def test_objects_are_under_the_prefix(s3, provider):
    """The bucket may be others' too."""
    key = await provider.put(Given())

    assert f"a/b/{key}" in s3.objects("there")


async def test_an_upload_of_a_dead_process_is_removed_by_its_id(s3, provider):
    """Else its parts are paid for, for ever."""
    bucket = Bucket(config(s3))
    left = new_file_id()
    upload = await bucket.begin(f"a/b/{left}")
    await bucket.put_part(f"a/b/{left}", upload, 1, b"x" * 5 * MEBIBYTE)
    other = await bucket.begin(f"a/b/{left}-other")
    await bucket.aclose()
    await provider.delete(left)

    assert [f"a/b/{left}-other"] == s3.uploads("there")
    bucket = Bucket(config(s3))
    await bucket.abort(f"a/b/{left}-other", other)
    await bucket.aclose()


async def test_a_bucket_that_is_not_there_is_said_so(s3):
    """With what would help."""
    provider = S3(config(s3, bucket_name="missing"))
    with pytest.raises(UpstreamFailed, match="auto_create_bucket"):
        await provider.put(Given())
    with pytest.raises(NotFound):
        await anext(provider.read("file-a"))
    await provider.aclose()


async def test_a_bucket_is_created_once_in_its_region(s3):
    """If that is ours to do."""
    settings = config(s3, bucket_name="made", auto_create_bucket=True, region="eu-central-1")
    provider = S3(settings)
    keys = await asyncio.gather(*(provider.put(Given()) for _ in range(4)))
    await provider.aclose()

    assert sorted(keys) == sorted(s3.objects("made"))


def canned(status, code):
    return Canned(f"<Error><Code>{code}</Code><Message>m</Message></Error>".encode(), status)


async def test_what_passes_is_tried_again():
    """S3 asks for it by 503."""
    answers = [canned(503, "SlowDown"), canned(500, "InternalError"), Canned(b"")]
    async with rest_server(lambda _: answers.pop(0)) as url:
        provider = S3(S3.Config(bucket_name="there", endpoint_url=url, **KEYS))
        await provider.put(Given())
        await provider.aclose()

    assert [] == answers


@pytest.mark.parametrize(
    ("status", "code", "error", "told"),
    [
        (403, "SignatureDoesNotMatch", UpstreamFailed, "storage_unauthorized"),
        (503, "SlowDown", Unavailable, "storage_unavailable"),
        (400, "EntityTooLarge", UpstreamFailed, "storage_refused"),
    ],
)
async def test_refusals_say_whose_fault_it_is(status, code, error, told):
    """Never the caller's."""
    async with rest_server(lambda _: canned(status, code)) as url:
        provider = S3(S3.Config(bucket_name="there", endpoint_url=url, **KEYS))
        with pytest.raises(error) as caught:
            await provider.put(Given())
        await provider.aclose()

    assert (told, error is Unavailable) == (caught.value.code, caught.value.status == 503)


async def test_parts_that_could_not_be_put_together_are_no_file():
    """S3 says so under 200."""
    seen = []

    def answer(asked):
        seen.append((asked.method, asked.query))
        if asked.query == "uploads=":
            return Canned(b"<R><UploadId>u&amp;1</UploadId></R>")
        return canned(200, "InternalError")

    async with rest_server(answer) as url:
        provider = S3(S3.Config(bucket_name="there", endpoint_url=url, **KEYS))
        with pytest.raises(Unavailable, match="InternalError"):
            await provider.put(Given(b"x" * 8 * MEBIBYTE))
        await provider.aclose()

    assert ("DELETE", "uploadId=u%261") == seen[-1]


async def test_nobody_there_is_said_so():
    """With the storage's name, not a model server's."""
    provider = S3(S3.Config(bucket_name="there", endpoint_url="http://127.0.0.1:1", **KEYS))
    with pytest.raises(Unavailable, match="S3 cannot be reached"):
        await provider.put(Given())
    await provider.aclose()


@pytest.mark.parametrize(
    ("settings", "address"),
    [
        ({}, "https://there.s3.us-east-1.amazonaws.com"),
        ({"region": "eu-west-1"}, "https://there.s3.eu-west-1.amazonaws.com"),
        ({"region": "cn-north-1"}, "https://there.s3.cn-north-1.amazonaws.com.cn"),
        ({"bucket_name": "a.b"}, "https://s3.us-east-1.amazonaws.com/a.b"),
        ({"endpoint_url": ""}, "https://there.s3.us-east-1.amazonaws.com"),
        ({"endpoint_url": "http://minio:9000/"}, "http://minio:9000/there"),
    ],
)
def test_buckets_have_addresses(settings, address):
    """AWS's are hosts; others' are paths."""
    made = S3.Config(**{"bucket_name": "there", **settings})

    assert address == made.upstream().address()


def test_half_a_key_is_a_wrong_config():
    """AWS's chain would sign with something else."""
    with pytest.raises(ConfigError, match="go together"):
        S3.Config(bucket_name="there", aws_access_key_id="a").identity()
