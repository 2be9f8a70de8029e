"""The `llama` command, and the launcher that runs a fleet as processes of this machine."""
