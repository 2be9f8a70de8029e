"""Speaking IBM watsonx.ai's own API.

Format: https://cloud.ibm.com/apidocs/watsonx-ai
"""
