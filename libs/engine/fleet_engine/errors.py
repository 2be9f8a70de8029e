"""What can go wrong in the engine, in words that a caller can act on."""


class EngineError(Exception):
    """The base of all that the engine raises on purpose."""


class UnsupportedModel(EngineError):
    """The model folder is not one that this engine can run."""


class CacheTooLarge(EngineError):
    """There is not enough memory for the KV cache.

    Args:
        size: What it would take, in bytes.
        tokens: How many tokens it was to hold.
    """

    def __init__(self, size: int, tokens: int) -> None:
        super().__init__(
            f"no memory for a KV cache of {size / 2**30:.1f} GiB ({tokens} tokens); lower "
            "kv_tokens, max_sequences or max_context"
        )


class InvalidRequest(EngineError):
    """The request can never succeed."""


class InvalidGrammar(InvalidRequest):
    """The schema, regex or grammar cannot be compiled."""


class ContextLengthExceeded(InvalidRequest):
    """Prompt and answer do not fit into the context.

    Args:
        prompt_tokens: The length of the prompt.
        max_tokens: The length asked for the answer; at least one token.
        context: The most tokens that both may have together.
    """

    def __init__(self, prompt_tokens: int, max_tokens: int, context: int) -> None:
        super().__init__(
            f"the context length is {context} tokens, but the prompt has {prompt_tokens} "
            f"and {max_tokens} are wanted for the answer; shorten either"
        )
        self.prompt_tokens = prompt_tokens
        self.max_tokens = max_tokens
        self.context = context


class InputTooLong(InvalidRequest):
    """A text is longer than the encoder reads, and was not to be cut.

    Args:
        tokens: The length of the text.
        limit: The longest that the encoder reads.
    """

    def __init__(self, tokens: int, limit: int) -> None:
        super().__init__(f"a text has {tokens} tokens, but the model reads {limit}; shorten it")
        self.tokens = tokens
        self.limit = limit


class QueueFull(EngineError):
    """As many generations wait as may; try again later or elsewhere.

    Args:
        limit: How many may wait.
    """

    def __init__(self, limit: int) -> None:
        super().__init__(f"the engine is busy and its queue of {limit} is full; retry later")
        self.limit = limit


class EngineClosed(EngineError):
    """The engine was closed, or not started yet."""


class EngineBroken(EngineError):
    """The engine failed and serves nothing any more; its process must be restarted."""
