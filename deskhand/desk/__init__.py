"""The desk: where agents see conversations, step in and answer. A server-rendered web application."""
