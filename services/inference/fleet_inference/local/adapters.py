"""LoRA adapters that come and go with their folders."""

import asyncio
from pathlib import Path

import structlog

from fleet_engine.adapters import CONFIG, Adapter
from fleet_engine.engine import Engine
from fleet_engine.errors import UnsupportedModel
from fleet_runtime.errors import NotFound

log = structlog.get_logger()


class Adapters:
    """Keeps an engine's adapters as a folder has them, each in a folder of its own that it is named after.

    One that is put in another's place is not noticed; give it a name of its own. Answers that are under way when
    their adapter goes are finished with it.

    Args:
        engine: Whose.
        model: The engine's own name of its model.
        folder: The folder, which need not be there yet; or `None` for no adapters at all.
    """

    def __init__(self, engine: Engine, model: str, folder: Path | None) -> None:
        self._engine, self._model, self._folder = engine, model, folder
        self._loaded: dict[str, Adapter] = {}
        self._causes: dict[str, str] = {}
        self._refreshing = asyncio.Lock()

    def get(self, model: str) -> Adapter | None:
        """Return the adapter that is called `model`; `None` for the model itself.

        Raises:
            NotFound: It is gone.
        """
        adapter = self._loaded.get(model)
        if adapter is None and model != self._model:
            raise NotFound(
                f"There is no adapter '{model}' any more.", code="model_not_found", param="model"
            )
        return adapter

    async def refresh(self) -> list[str]:
        """Load what is new, and let go of what is gone; return the names of what there is.

        What cannot be loaded is left out until it can.
        """
        async with self._refreshing:
            found = await asyncio.to_thread(self._found)
            for name in self._loaded.keys() - found.keys():
                del self._loaded[name]
                log.info("adapter.unloaded", adapter=name)
            for name in sorted(found.keys() - self._loaded.keys()):
                await self._load(name, found[name])
            return sorted(self._loaded)

    def _found(self) -> dict[str, Path]:
        if self._folder is None:
            return {}
        # PEFT writes the config last of all.
        folders = (config.parent for config in self._folder.expanduser().glob(f"*/{CONFIG}"))
        return {folder.name: folder for folder in folders if folder.name != self._model}

    async def _load(self, name: str, folder: Path) -> None:
        try:
            self._loaded[name] = await self._engine.load_adapter(folder)
        except UnsupportedModel as error:
            cause = str(error)
            if self._causes.get(name) != cause:
                self._causes[name] = cause
                log.error("adapter.not_loaded", adapter=name, cause=cause)  # noqa: TRY400 - the cause says it all
            return
        log.info("adapter.loaded", adapter=name)
