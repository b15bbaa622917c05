"""What agents see and do: their accounts, their work on conversations, and what is kept of it."""
