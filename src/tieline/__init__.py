"""Tieline: lines that stay open between parties that do not trust each other."""
