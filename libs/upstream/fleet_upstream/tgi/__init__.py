"""Speaking the own path of Hugging Face's Text Generation Inference, by which it continues texts.

Format: https://huggingface.github.io/text-generation-inference
"""
