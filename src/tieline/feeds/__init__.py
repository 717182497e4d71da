"""Feeds: what others publish, read into our own words; pure functions over bytes and text."""
