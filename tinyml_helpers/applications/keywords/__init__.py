"""Keyword spotting: a model that waits for a few words, and what it takes to have it listen."""
