"""Envoy's statistics, for whom may read them and nothing more."""

from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from fleet_testing.envoy import free_port


def test_statistics_are_read_by_a_port_that_shows_nothing_else(start):
    """The admin's other pages drain the gateway and tell of its config."""
    port = free_port()
    fleet = start(metrics=f"127.0.0.1:{port}")
    assert 200 == fleet.chat().status
    with urlopen(f"http://127.0.0.1:{port}/stats/prometheus", timeout=10) as answer:
        text = answer.read().decode()

    assert 'envoy_http_downstream_rq_total{envoy_http_conn_manager_prefix="fleet"}' in text
    for path in ("/", "/ready", "/config_dump", "/healthcheck/fail", "/stats/prometheus/x"):
        with pytest.raises(HTTPError, match="404"):
            urlopen(f"http://127.0.0.1:{port}{path}", timeout=10)
