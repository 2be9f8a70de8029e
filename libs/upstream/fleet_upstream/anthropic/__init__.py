"""OpenAI's chat completions in the words of Anthropic's Messages API, and back.

Format: https://platform.claude.com/docs/en/api/messages
"""
