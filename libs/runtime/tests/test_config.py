"""A wrong config is told where, and what is allowed there."""

import pytest

from fleet_runtime.config import (
    Config,
    ConfigError,
    ProviderConfig,
    Secret,
    absent_secrets,
    load,
    reveal,
    validate,
)


class Limits(Config):
    most: int = 1
    least: int = 0


class Service(Config):
    providers: tuple[ProviderConfig, ...] = ()
    limits: Limits = Limits()
    backup: Limits | None = None


@pytest.fixture
def config(tmp_path, monkeypatch):
    """Write the config file of this process."""

    def write(text):
        (tmp_path / "config.yaml").write_text(text)
        monkeypatch.setenv("FLEET_CONFIG", str(tmp_path / "config.yaml"))

    return write


def test_file_is_read(config):
    """The path comes from the environment."""
    config("limits: {most: 3}\nproviders: [{id: a, type: inline::x}]")

    assert 3 == load(Service).limits.most
    assert "a" == load(Service).providers[0].id


def test_empty_file_is_all_defaults(config):
    """A service without settings needs none."""
    config("")

    assert Service() == load(Service)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "limit: 1",
            "limit: there is no such setting; did you mean 'limits'? allowed beside it: backup, limits, providers",
        ),
        (
            "limits: {mots: 1}",
            "limits.mots: there is no such setting; did you mean 'most'? allowed beside it: least, most",
        ),
        (
            "backup: {mots: 1}",
            "backup.mots: there is no such setting; did you mean 'most'? allowed beside it: least, most",
        ),
        ("providers: [{id: a}]", "providers[0].type: is required"),
        (
            "providers: [{id: a, type: t, url: u}]",
            "providers[0].url: there is no such setting; allowed beside it: config, id, optional, type",
        ),
        ("limits: {most: x}", "limits.most: input should be a valid integer"),
    ],
)
def test_wrong_key_is_named_by_its_path(config, text, told):
    """A typo stops the service before it serves."""
    config(text)
    with pytest.raises(ConfigError) as caught:
        load(Service)

    assert str(caught.value).startswith(told)


def test_every_wrong_key_is_named():
    """One start, one list of all that is to be mended."""
    with pytest.raises(ConfigError) as caught:
        validate(Service, {"a": 1, "limits": {"b": 2}})

    assert 2 == len(str(caught.value).splitlines())


def test_path_in_front_is_the_place_in_the_whole_file():
    """A provider's settings are checked by the provider, but stand in the service's file."""
    with pytest.raises(ConfigError, match=r"^providers\[2\]\.config\.mots: "):
        validate(Limits, {"mots": 1}, ("providers", 2, "config"))


@pytest.mark.parametrize("text", ["a: [", "- 1", "just text"])
def test_file_that_is_no_config_is_refused(config, text):
    """With a message, not a traceback."""
    config(text)
    with pytest.raises(ConfigError):
        load(Service)


def test_absent_file_is_named(monkeypatch, tmp_path):
    """The path is the first thing to check."""
    monkeypatch.setenv("FLEET_CONFIG", str(tmp_path / "absent.yaml"))
    with pytest.raises(ConfigError, match=r"absent\.yaml"):
        load(Service)


def test_config_cannot_be_changed():
    """What was read is what runs."""
    with pytest.raises(ValueError, match="frozen"):
        Service().limits = Limits()


def test_secret_is_revealed_only_when_asked(monkeypatch):
    """A config that is printed shows the name alone."""
    monkeypatch.setenv("KEY", "sk-secret")
    secret = Secret(env="KEY")

    assert "sk-secret" == secret.reveal() == reveal(secret)
    assert "sk-secret" not in repr(secret) + secret.model_dump_json()
    assert "plain" == reveal("plain")


@pytest.mark.parametrize("value", [None, ""])
def test_absent_secret_is_named(monkeypatch, value):
    """An empty variable is as good as none."""
    monkeypatch.delenv("KEY", raising=False)
    if value is not None:
        monkeypatch.setenv("KEY", value)
    with pytest.raises(ConfigError, match="KEY"):
        Secret(env="KEY").reveal()


def test_absent_secrets_are_found_wherever_they_stand(monkeypatch):
    """In lists and in maps."""
    monkeypatch.setenv("HERE", "x")
    config = {"a": {"env": "HERE"}, "b": [{"env": "GONE_1"}, {"c": {"env": "GONE_2"}}], "d": 1}

    assert ["GONE_1", "GONE_2"] == absent_secrets(config)


@pytest.mark.parametrize("odd", [{"env": 1}, {"env": None}, {"env": {"env": "GONE"}}, {"env": []}])
def test_setting_called_env_that_is_no_secret_is_left_to_its_model(odd):
    """The provider's own model says what is wrong with it."""
    assert absent_secrets({"a": odd}) in ([], ["GONE"])
