"""Where a model is on this machine."""

from pathlib import Path

from fleet_models.errors import ModelError
from fleet_models.store import ModelStore
from fleet_runtime.config import ConfigError


def model_folder(model: str) -> Path:
    """Return the folder of `model`, which is an id of the model store or a path.

    Raises:
        ConfigError: It is not there.
    """
    if model.startswith((".", "/", "~")):
        folder = Path(model).expanduser()
        if not folder.is_dir():
            raise ConfigError(f"there is no folder {folder}")
        return folder
    try:
        return ModelStore().path(model)
    except ModelError as error:
        raise ConfigError(str(error)) from None
