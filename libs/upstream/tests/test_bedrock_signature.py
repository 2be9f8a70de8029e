"""AWS's signatures: the vectors that AWS publishes, and what its own signer makes of our addresses."""

from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from fleet_testing.aws_signatures import SECRET, TOKEN, signer
from fleet_testing.native_upstream import RefusedError
from fleet_testing.openai_upstream import Seen
from fleet_upstream.address import Address
from fleet_upstream.bedrock.signature import AccessKey, Scope, signed

NOW = datetime(2015, 8, 30, 12, 36, tzinfo=UTC)
SCOPE = Scope("us-east-1", "service")
KEY = AccessKey("AKIDEXAMPLE", SECRET)
ARN = "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-3-haiku-v1:0"


@pytest.mark.parametrize(
    ("verb", "path", "proof"),
    [
        ("GET", "/", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
        ("POST", "/", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"),
        (
            "GET",
            "/?Param2=value2&Param1=value1",
            "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
        ),
    ],
)
def test_the_published_signatures_are_made(verb, path, proof):
    """`get-vanilla`, `post-vanilla` and `get-vanilla-query-order-key-case` of AWS's test suite."""
    url = Address("https", "example.amazonaws.com", 443, path)
    headers = signed(verb, url, b"", key=KEY, scope=SCOPE, now=NOW)

    assert (
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request,"
        f" SignedHeaders=host;x-amz-date, Signature={proof}"
    ) == headers["authorization"]


@pytest.mark.parametrize(
    ("query", "proof"),
    [
        ("lifecycle=", "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"),
        ("max-keys=2&prefix=J", "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"),
    ],
)
def test_the_published_signatures_of_storage_are_made(query, proof):
    """S3 wants the digest of the body, too: https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html."""
    url = Address("https", "examplebucket.s3.amazonaws.com", 443, f"/?{query}")
    key = AccessKey("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
    now = datetime(2013, 5, 24, tzinfo=UTC)
    headers = signed("GET", url, b"", key=key, scope=Scope("us-east-1", "s3"), now=now)

    assert headers["authorization"].endswith(
        f"SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature={proof}"
    )


def test_paths_of_storage_are_escaped_once():
    """As its own signer has it, which is another one than that of other services."""
    url = Address("http", "127.0.0.1", 8080, "/bucket/a%20b/%C3%A9?uploadId=a%2Fb&partNumber=1")
    headers = signed("PUT", url, b"part", key=KEY, scope=Scope("us-east-1", "s3"), now=NOW)
    request = AWSRequest(
        "PUT",
        str(url),
        headers={"host": url.authority, "x-amz-content-sha256": headers["x-amz-content-sha256"]},
        data=b"part",
    )
    request.context |= {"timestamp": headers["x-amz-date"], "payload_signing_enabled": True}
    request.headers["x-amz-date"] = headers["x-amz-date"]
    auth = S3SigV4Auth(Credentials(KEY.id, KEY.secret), "s3", "us-east-1")
    to_sign = auth.string_to_sign(request, auth.canonical_request(request))

    assert headers["authorization"].endswith(auth.signature(to_sign, request))


def seen(path, key, body=b'{"a": 1}'):
    """Return a signed request as a server sees it."""
    url = Address("http", "127.0.0.1", 8080, path)
    headers = signed("POST", url, body, key=key, scope=SCOPE, now=NOW)
    where, _, query = path.partition("?")
    return Seen("POST", where, {**headers, "host": url.authority}, body, query)


@pytest.mark.parametrize(
    "path",
    [
        f"/model/{quote(ARN, safe='')}/converse",
        f"/model/{quote('a b/c%d~é', safe='')}/converse-stream",
        "/inference-profiles?maxResults=1000&nextToken=a%2B%2F%3D",
    ],
)
def test_aws_own_signer_agrees(path):
    """Paths are escaped twice, queries once."""
    assert "AKIDEXAMPLE" == signer(seen(path, KEY))


def test_a_temporary_key_sends_its_token():
    """AWS refuses it without."""
    assert "ASIAEXAMPLE" == signer(seen("/", AccessKey("ASIAEXAMPLE", SECRET, TOKEN)))
    with pytest.raises(RefusedError):
        signer(seen("/", AccessKey("ASIAEXAMPLE", SECRET)))


def test_what_is_not_as_signed_is_refused():
    """Or our tests of signatures would test nothing."""
    good = seen("/", KEY)
    for changed in (
        Seen(good.method, "/other", good.headers, good.body),
        Seen(good.method, good.path, good.headers, b"{}"),
        Seen("GET", good.path, good.headers, good.body),
        Seen(good.method, good.path, {**good.headers, "x-amz-date": "20150830T123601Z"}, good.body),
    ):
        with pytest.raises(RefusedError):
            signer(changed)


def test_secrets_are_not_shown():
    """They would end up in a traceback."""
    assert "wJalr" not in repr(AccessKey("a", SECRET, TOKEN))
    assert TOKEN not in repr(AccessKey("a", SECRET, TOKEN))
