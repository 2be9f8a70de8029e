"""OpenAI's chat completions and embeddings in the words of Google's Gemini API, and back.

Vertex AI speaks the same words at other addresses. Format: https://ai.google.dev/api/generate-content,
https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference
"""
