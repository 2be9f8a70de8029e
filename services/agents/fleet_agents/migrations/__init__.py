"""The tables of the agents service, step by step; run by `fleet_runtime.store.migrate`."""
