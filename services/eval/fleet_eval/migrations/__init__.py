"""The tables of the eval service, step by step; run by `fleet_runtime.store.migrate`."""
