"""The tables of the safety service, step by step; run by `fleet_runtime.store.migrate`."""
