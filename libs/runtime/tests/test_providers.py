"""Providers are found by their entry points, and opened and closed in order."""

import pytest
from structlog.testing import capture_logs

from fleet_runtime.config import ConfigError, ProviderConfig
from fleet_runtime.providers import find, opened, settings, wanted

GROUP = "fleet.test"
MODULE = """
from fleet_runtime.config import Config, Secret

events = []

class Echo:
    class Config(Config):
        name: str = "echo"
        api_key: Secret | None = None

    def __init__(self, config):
        self.config = config
        if config.name == "broken":
            raise RuntimeError("cannot open")
        events.append(f"open {config.name}")

    async def aclose(self):
        events.append(f"close {self.config.name}")
"""


@pytest.fixture
def events(tmp_path, monkeypatch):
    """Install a distribution with a provider, and return what its providers did."""
    (tmp_path / "outside_echo.py").write_text(MODULE)
    info = tmp_path / "outside_echo-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: outside-echo\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[{GROUP}]\ninline::echo = outside_echo:Echo\n")
    monkeypatch.syspath_prepend(tmp_path)
    import outside_echo  # noqa: PLC0415 - installed just now

    outside_echo.events.clear()
    return outside_echo.events


def entry(id_, type_="inline::echo", *, optional=False, **config):
    return ProviderConfig(id=id_, type=type_, optional=optional, config=config)


def test_provider_from_outside_is_found(events):
    """There is no other registration than an entry point."""
    assert "Echo" == find(GROUP, "inline::echo").__name__


def test_unknown_provider_gets_a_suggestion(events):
    """A typo is the usual cause."""
    with pytest.raises(ConfigError, match=r"did you mean 'inline::echo'\? installed: inline::echo"):
        find(GROUP, "inline::ecko")


def test_unknown_provider_without_a_likeness_gets_the_list(events):
    """So does a missing extra."""
    with pytest.raises(ConfigError) as caught:
        find(GROUP, "remote::nothing-like-it-at-all")

    assert "did you mean" not in str(caught.value)
    assert "installed: inline::echo" in str(caught.value)


def test_group_without_providers_says_so():
    """Rather than an empty list."""
    with pytest.raises(ConfigError, match="installed: none"):
        find("fleet.no-such-group", "x")


def test_wrong_setting_is_named_by_its_place_in_the_service(events):
    """One file, one way to name its places."""
    with pytest.raises(ConfigError, match=r"^providers\[1\]\.config\.nam: .* api_key, name$"):
        settings(GROUP, entry("a", nam="x"), ("providers", 1))


def test_unknown_type_is_named_by_its_place_in_the_service(events):
    """The same way."""
    with pytest.raises(ConfigError, match=r"^providers\[1\]"):
        settings(GROUP, entry("a", "inline::ecko"), ("providers", 1))


def test_optional_provider_without_its_secret_is_left_out_loudly(monkeypatch):
    """One values file serves with and without a key."""
    monkeypatch.delenv("ABSENT_KEY", raising=False)
    left_out = entry("a", optional=True, api_key={"env": "ABSENT_KEY"})
    kept = [entry("b", optional=True), entry("c", api_key={"env": "ABSENT_KEY"})]
    with capture_logs() as logs:
        found = wanted([left_out, *kept])

    assert [(1, kept[0]), (2, kept[1])] == found
    assert [("provider.left_out", "a", ["ABSENT_KEY"])] == [
        (line["event"], line["provider"], line["not_set"]) for line in logs
    ]


async def test_providers_close_in_reverse(events):
    """A later one may lean on an earlier one."""
    async with opened(GROUP, [entry("a", name="a"), entry("b", name="b")]) as providers:
        assert ["a", "b"] == list(providers)
        assert "a" == providers["a"].config.id

    assert ["open a", "open b", "close b", "close a"] == events


async def test_providers_that_are_open_close_when_a_later_one_fails(events):
    """A service that does not start leaves no connection behind."""
    with pytest.raises(RuntimeError, match="cannot open"):
        async with opened(GROUP, [entry("a", name="a"), entry("b", name="broken")]):
            pass

    assert ["open a", "close a"] == events


async def test_ids_are_unique(events):
    """They are the first part of model names."""
    with pytest.raises(ConfigError, match=r"^providers\[1\]\.id: 'a'"):
        async with opened(GROUP, [entry("a"), entry("a")]):
            pass


async def test_place_of_an_error_is_that_in_the_file(events, monkeypatch):
    """Providers that were left out still stand in it."""
    monkeypatch.delenv("ABSENT_KEY", raising=False)
    left_out = entry("a", optional=True, api_key={"env": "ABSENT_KEY"})
    with pytest.raises(ConfigError, match=r"^providers\[1\]\.config\.nam: "):
        async with opened(GROUP, [left_out, entry("b", nam="x")]):
            pass
