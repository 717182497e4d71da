"""Deconfliction: which notified volumes come closer than agreed, found the same on every node."""
