"""Chatwoot as the desk: its Application API, an inbox of kind API, and that inbox's webhooks."""
