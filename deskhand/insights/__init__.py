"""Outcomes and measures over conversations."""
