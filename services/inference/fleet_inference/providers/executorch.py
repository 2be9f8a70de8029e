"""`inline::executorch`: a Llama exported with ExecuTorch, in this process.

How to export one: https://docs.pytorch.org/executorch/stable/llm/export-llm.html
"""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from pathlib import Path
from typing import TypeVar

from pydantic import Field

from fleet.inference.v1 import messages as m
from fleet_engine.tokenizer import Tokenizer
from fleet_inference.local.chat import chat
from fleet_inference.local.completion import complete
from fleet_inference.local.folder import model_folder
from fleet_inference.local.load import publish, report, withdraw
from fleet_inference.local.pte import PteDecoder
from fleet_inference.local.serial_engine import SerialEngine
from fleet_inference.provider import ChatAnswer, CompletionAnswer, ProviderModel
from fleet_runtime.call import Call
from fleet_runtime.config import Config as BaseConfig
from fleet_runtime.config import ConfigError
from fleet_runtime.errors import Unimplemented
from fleet_runtime.operation import Answer

T = TypeVar("T")


class ExecuTorch:
    """Runs one model, which gives one answer at a time: such files have a KV cache for one sequence."""

    class Config(BaseConfig):
        """Which model."""

        model: str = Field(examples=["~/models/llama/model.pte"])
        """The path of a `.pte` file; or a folder with one, or the id of such a folder in `llama model list`."""
        tokenizer: str | None = None
        """The folder of its `tokenizer.json` and chat template, if that is not the file's own."""
        max_waiting: int = Field(default=32, ge=0)
        """How many answers may wait for their turn; more are refused with 429."""

    def __init__(self, config: Config) -> None:
        file = _program(config.model)
        folder = model_folder(config.tokenizer) if config.tokenizer else file.parent
        decoder = PteDecoder(file)
        tokenizer = Tokenizer(folder, decoder.vocabulary)
        self._engine = SerialEngine(decoder, tokenizer, config.max_waiting)
        self._id = config.model
        publish(self._id, lambda: self._engine.load)
        self._fingerprint = "fp_executorch"

    async def aclose(self) -> None:
        withdraw(self._id)
        await self._engine.aclose()

    async def chat(self, request: m.ChatCompletionRequest, call: Call) -> ChatAnswer:
        return self._reported(await chat(self._engine, request, self._fingerprint), call)

    async def complete(self, request: m.CompletionRequest, call: Call) -> CompletionAnswer:
        answer = await complete(self._engine, request, self._fingerprint)
        return answer if isinstance(answer, m.Completion) else self._reported(answer, call)

    async def embed(self, request: m.EmbeddingRequest, call: Call) -> Answer[m.EmbeddingList]:
        raise Unimplemented("This engine makes no embeddings.", code="not_supported")

    async def rerank(self, request: m.RerankRequest, call: Call) -> Answer[m.RerankResponse]:
        raise Unimplemented("This engine does not rerank.", code="not_supported")

    async def models(self, call: Call | None = None) -> list[ProviderModel]:
        return [ProviderModel(self._id, "llm", {"context_length": self._engine.context})]

    async def _reported(
        self, answer: AsyncGenerator[T, None], call: Call
    ) -> AsyncGenerator[T, None]:
        """Yield `answer`, and end `call` with the engine's load."""
        async with aclosing(answer):
            async for chunk in answer:
                yield chunk
        call.trailers.extend(report(self._engine.load).trailers())


def _program(model: str) -> Path:
    """Return the `.pte` file of `model`.

    Raises:
        ConfigError: There is none, or there are several.
    """
    if model.endswith(".pte"):
        file = Path(model).expanduser()
        if not file.is_file():
            raise ConfigError(f"there is no file {file}")
        return file
    folder = model_folder(model)
    found = sorted(folder.glob("*.pte"))
    if len(found) != 1:
        names = ", ".join(file.name for file in found) or "none"
        raise ConfigError(f"{folder} must hold one .pte file, but has: {names}; name the file")
    return found[0]
