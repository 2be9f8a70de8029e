"""Speaking Oracle Cloud Infrastructure's Generative AI API.

Format: https://docs.oracle.com/iaas/api/#/en/generative-ai-inference/20231130/
"""
