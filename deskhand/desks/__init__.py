"""Desks of others, at which people may answer instead of ours: what they are told, and what they tell."""
