"""Classifiers of prompts, on the transformers library, in this process."""
