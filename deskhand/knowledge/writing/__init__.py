"""Answers in the words of a language model: drafted from passages alone, checked against them, or not used."""
