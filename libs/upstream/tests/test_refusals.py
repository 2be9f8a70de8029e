"""What a model server's refusal means to our caller."""

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from fleet_runtime.errors import UpstreamFailed
from fleet_upstream.keys import Key
from fleet_upstream.refusals import error_in, refusal, retry_after

OURS = Key("sk-ours", callers=False, name="openai_api_key")
CALLERS = Key("sk-theirs", callers=True, name="openai_api_key")
NONE = Key(None, callers=False, name="openai_api_key")


def said(body, status=400, key=OURS):
    error = refusal(status, body, {}, key)
    return error.message, error.type, error.code, error.param


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            {"error": {"message": "Too long.", "type": "t", "param": "messages", "code": "c"}},
            ("Too long.", "t", "c", "messages"),
        ),
        (
            {"error": {"message": "m", "type": "BadRequestError", "code": 400}},
            ("m", "BadRequestError", "400", None),
        ),
        ({"object": "error", "message": "m", "type": "t"}, ("m", "t", None, None)),
        ({"detail": "Not Found"}, ("Not Found", "invalid_request_error", None, None)),
        (
            {"detail": [{"loc": ["body", "n"], "msg": "too big"}]},
            ("body.n: too big", "invalid_request_error", None, None),
        ),
        ({"error": "model is loading"}, ("model is loading", "invalid_request_error", None, None)),
        (
            {"error": {"code": "c", "detail": "no such token"}},
            ("no such token", "invalid_request_error", "c", None),
        ),
        ({"detail": {"error": "no credits"}}, ("no credits", "invalid_request_error", None, None)),
        ({}, ("The model server answered 400.", "invalid_request_error", None, None)),
    ],
)
def test_every_shape_of_error_is_read(body, expected):
    """Each kind of server has its own, and callers know OpenAI's only."""
    assert expected == said(json.dumps(body).encode())


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"upstream connect error", "upstream connect error"),
        (b"", "The model server answered 400."),
        (
            b"<html><head><title>502</title><style>p{}</style></head><h1>Bad &amp; worse</h1>\n</html>",
            "Bad & worse",
        ),
        (b"\xff" * 5000, "\ufffd" * 1000),
        (b"[" * 100_000, "[" * 1000),
    ],
)
def test_text_and_html_become_a_readable_message(body, message):
    """Proxies on the way speak no JSON."""
    assert message == said(body)[0]


@pytest.mark.parametrize("status", [400, 404, 409, 413, 422, 429, 500, 503, 529])
def test_the_status_stays(status):
    """Callers tell by it whether to try again."""
    assert status == refusal(status, b"{}", {}, OURS).status


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key_of_ours_is_our_trouble(status):
    """The caller's own credentials were fine, and asking again with others would not help."""
    error = refusal(status, b'{"error":{"message":"Bad key sk-ours"}}', {}, OURS)

    assert (502, "upstream_unauthorized") == (error.status, error.code)
    assert "sk-ours" not in error.message


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key_of_the_callers_is_theirs(status):
    """They can send another. Their key does not come back, though: messages end up in logs."""
    error = refusal(status, b'{"error":{"message":"Bad key sk-theirs","code":"k"}}', {}, CALLERS)

    assert (status, "Bad key ***", "k") == (error.status, error.message, error.code)


def test_a_missing_key_is_asked_for():
    """The message says where to put it."""
    error = refusal(401, b"", {}, NONE)

    assert 400 == error.status
    assert "`openai_api_key`" in error.message
    assert "X-LlamaStack-Provider-Data" in error.message


def test_a_redirect_is_refused():
    """Following it would carry the key and the prompt to a place that nobody configured."""
    assert 502 == refusal(307, b"", {"location": "https://elsewhere"}, OURS).status


def test_a_key_does_not_show_itself():
    """Whatever is logged of an exchange, the key is not in it."""
    assert "sk-" not in repr(CALLERS)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("7", 7.0),
        ("0.5", 0.5),
        ("-3", 0.0),
        ("soon", None),
        ("inf", 86400.0),
        ("nan", None),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0),
    ],
)
def test_retry_after_is_read(text, seconds):
    """Seconds or a date; nonsense is as good as nothing."""
    assert seconds == retry_after({"retry-after": text})


def test_retry_after_a_date_counts_from_now():
    """RFC 9110 allows both forms."""
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)

    assert 55 < retry_after({"retry-after": date}) <= 60


def test_long_answers_are_taken_for_answers():
    """Reading a megabyte of vectors to find no error in it would hold up everybody else."""
    assert error_in(b'{"data":"%b"}' % (b"x" * 100_000), OURS) is None
    with pytest.raises(UpstreamFailed):
        error_in(b"<html>" * 20_000, OURS)
