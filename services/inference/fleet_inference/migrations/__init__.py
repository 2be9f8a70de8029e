"""The tables of the inference service, step by step; run by `fleet_runtime.store.migrate`."""
