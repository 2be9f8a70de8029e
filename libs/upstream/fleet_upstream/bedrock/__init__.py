"""Speaking Amazon Bedrock's own API.

Format: https://docs.aws.amazon.com/bedrock/latest/APIReference
"""
