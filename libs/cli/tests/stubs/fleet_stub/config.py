from fleet_runtime.config import Config, ProviderConfig, Secret


class Behaviour(Config):
    """What the stub does."""

    ready_after: float = 0.0
    die_after: float | None = None
    database: str | Secret | None = None
    says: str = ""


class ServiceConfig(Config):
    """The stub's own config."""

    providers: list[ProviderConfig] = []
    behaviour: Behaviour = Behaviour()
    journal: str = ""
