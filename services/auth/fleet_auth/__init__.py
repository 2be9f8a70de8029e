"""The auth service: tells the gateway who calls, and keeps API keys."""
