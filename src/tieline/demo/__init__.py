"""The demonstration: the reported history, and two parties that make their own line."""
