"""LoRA adapters that come and go with their folders."""

import asyncio
from pathlib import Path

import structlog
from vllm.entrypoints.openai.models.serving import OpenAIServingModels
from vllm.entrypoints.serve.engine.protocol import ErrorResponse
from vllm.entrypoints.serve.lora.protocol import LoadLoRAAdapterRequest, UnloadLoRAAdapterRequest

log = structlog.get_logger()

# What PEFT writes beside an adapter's weights, last of all.
# https://huggingface.co/docs/peft/main/en/developer_guides/checkpoint
_CONFIG = "adapter_config.json"


class Adapters:
    """Keeps vLLM's adapters as a folder has them, each in a folder of its own that it is named after.

    One that is put in another's place is not noticed; give it a name of its own.

    Args:
        folder: The folder. It need not be there yet.
        models: vLLM's models.
    """

    def __init__(self, folder: Path, models: OpenAIServingModels) -> None:
        self._folder = folder
        self._models = models
        self._loaded: set[str] = set()
        self._causes: dict[str, str] = {}
        self._refreshing = asyncio.Lock()

    async def refresh(self) -> None:
        """Load what is new, and let go of what is gone. What cannot be loaded is left out until it can."""
        async with self._refreshing:
            found = {
                config.parent.name: config.parent for config in self._folder.glob(f"*/{_CONFIG}")
            }
            for name in self._loaded - found.keys():
                await self._unload(name)
            for name in found.keys() - self._loaded:
                await self._load(name, found[name])

    async def _unload(self, name: str) -> None:
        """Take an adapter's name away. vLLM drops its weights when it needs their place."""
        self._loaded.remove(name)
        await self._models.unload_lora_adapter(UnloadLoRAAdapterRequest(lora_name=name))
        log.info("adapter.unloaded", adapter=name)

    async def _load(self, name: str, folder: Path) -> None:
        request = LoadLoRAAdapterRequest(lora_name=name, lora_path=str(folder))
        answer = await self._models.load_lora_adapter(request)
        if not isinstance(answer, ErrorResponse):
            self._loaded.add(name)
            log.info("adapter.loaded", adapter=name)
        elif self._causes.get(name) != answer.error.message:
            self._causes[name] = answer.error.message
            log.error("adapter.not_loaded", adapter=name, cause=answer.error.message)
