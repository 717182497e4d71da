"""Desks, faults and exercises: for our tests and for others'."""
