"""Measurements against stock Rasa, to be repeated by anybody: see README.md."""
