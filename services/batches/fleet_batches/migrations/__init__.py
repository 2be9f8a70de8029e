"""The tables of the batches service, step by step; run by `fleet_runtime.store.migrate`."""
