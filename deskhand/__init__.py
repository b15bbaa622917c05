"""Deskhand: a self-hosted AI support assistant on Rasa open source."""

__version__ = "0.1.0"
