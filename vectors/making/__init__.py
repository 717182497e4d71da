"""Makers of test vectors, one module for each kind of document."""
