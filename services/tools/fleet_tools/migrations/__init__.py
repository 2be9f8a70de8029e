"""The tables of the tools service, step by step; run by `fleet_runtime.store.migrate`."""
