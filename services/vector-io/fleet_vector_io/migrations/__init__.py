"""The tables of the vector-io service, step by step; run by `fleet_runtime.store.migrate`."""
