"""Exercises: seeded worlds in which disks, links, clocks and peers fail on purpose."""
