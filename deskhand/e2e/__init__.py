"""`deskhand e2e`: whole conversations through the real channel, Rasa, the actions and a database.

The files that say what should happen are described in docs/e2e.md.
"""
