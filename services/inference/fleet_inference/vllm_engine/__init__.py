"""What drives vLLM in this process. Only `inline::vllm` imports it, and only where vLLM is installed."""
