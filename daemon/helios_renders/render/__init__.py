"""One render: plan, capacity, workers, executors, orchestrator and progress."""
