"""What the record adds up to: a deterministic fold of the logs, and views of it."""
