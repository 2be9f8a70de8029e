"""Secrets are found wherever they come."""

from fleet_recorder.redaction import (
    masked_body,
    masked_fields,
    masked_form,
    masked_pieces,
    masked_query,
    secrets_in,
)


def test_secrets_are_taken_from_headers_and_query():
    """With what stands before them and without."""
    headers = [
        ("authorization", "Bearer sk-12345678"),
        ("x-api-key", "ant-1234"),
        (
            "x-ogx-provider-data",
            '{"a_key":"of-caller","n":[{"m":"of-another"}],"t":1,"__test_id":"test_of_mine"}',
        ),
        ("content-type", "application/json"),
        ("cookie", "short"),
    ]

    assert sorted(
        {
            *(b"Bearer sk-12345678", b"sk-12345678", b"ant-1234"),
            *(b"of-caller", b"of-another", b"goog-key-1"),
            headers[2][1].encode(),
        }
    ) == sorted(secrets_in(headers, "key=goog-key-1&alt=sse"))


def test_the_query_keeps_what_is_no_secret_in_one_order():
    """Signatures of a URL let in whoever has it."""
    query = "b=2&X-Amz-Signature=abc&key=k&sig=s&a=&access_token=t&api-version=1"

    assert "a=&api-version=1&b=2" == masked_query(query)


def test_fields_of_a_body_are_masked_by_name():
    """Not `max_tokens`, and no schema that describes a password."""
    body = {
        "max_tokens": 5,
        "token": "Hi",
        "tools": [{"server": {"api_key": "k", "headers": {"Authorization": "b"}}}],
        "client_secret": "s",
        "properties": {"password": {"type": "string"}},
        "messages": ["my sk-12345678 is", None],
    }
    expected = {
        **body,
        "tools": [{"server": {"api_key": "***", "headers": {"Authorization": "***"}}}],
        "client_secret": "***",
        "messages": ["my *** is", None],
    }

    assert expected == masked_body(body, (b"sk-12345678",))


def test_forms_are_masked_by_name():
    """As IBM's key is exchanged for a token."""
    assert {"grant_type": "a+b", "apikey": "***"} == masked_form(b"grant_type=a%2Bb&apikey=k")


def test_pieces_keep_their_lengths_though_a_secret_lies_across_two():
    """So every recorded length stays true."""
    pieces = [b'{"access_token": "abc', b'def", "m": "my sk-123', b'45678!"}']

    assert [b'{"access_token": "***', b'***", "m": "my ******', b'*****!"}'] == masked_pieces(
        pieces, (b"sk-12345678",)
    )


def test_metadata_lose_secrets_whole_and_in_part():
    """Bytes too."""
    fields = [("set-cookie", "a=1"), ("x-said", "sk-12345678"), ("x-bin", b"\xffsk-12345678")]

    assert [("x-said", "*" * 11), ("x-bin", b"\xff" + b"*" * 11)] == masked_fields(
        fields, (b"sk-12345678",)
    )
