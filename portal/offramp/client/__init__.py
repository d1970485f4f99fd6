"""Speaking to providers: one small interface, and an adapter for each way of speaking."""
