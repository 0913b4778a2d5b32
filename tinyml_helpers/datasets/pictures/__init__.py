"""Pictures: drawn, downloaded, or a student's own.

This room knows files and how they are fetched, and nothing of what a model makes of a picture.
"""
