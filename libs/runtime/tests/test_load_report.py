"""Engines' load reports are read as they were meant, by us and by others."""

import pytest

from fleet_runtime.load_report import LoadReport, reported

REPORT = LoadReport(running=3, waiting=2, kv_used=0.5)


def test_a_report_is_read_as_it_was_written():
    """Among whatever else ends a call."""
    assert REPORT == reported([("x-other", "1"), *REPORT.trailers()])


def test_the_binary_form_has_orcas_field_numbers():
    """Key `named_metrics` is 8, `application_utilization` 9: gRPC's own load balancers read them."""
    ((name, data), _) = REPORT.trailers()

    assert "endpoint-load-metrics-bin" == name
    assert b"B\x1f\n\x14num_requests_running\x11\x00\x00\x00\x00\x00\x00\x08@" in data
    assert data.endswith(b"I\x00\x00\x00\x00\x00\x00\xe0?")


def test_what_vllm_writes_is_read():
    """It tells fewer metrics, or others."""
    text = 'JSON {"named_metrics": {"num_requests_running": 4.0, "other": 1}}'

    assert LoadReport(4, 0, 0.0) == reported([("endpoint-load-metrics", text)])


@pytest.mark.parametrize("text", ["", "JSON", "JSON {", "JSON {}", "TEXT a=1", 'JSON {"a": 1}'])
def test_an_unreadable_report_is_none(text):
    """No call fails for it."""
    assert reported([("endpoint-load-metrics", text)]) is None
