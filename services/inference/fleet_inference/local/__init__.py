"""What providers share that run an engine in their own process: prompts, tool calls, and answers in OpenAI's shape."""
