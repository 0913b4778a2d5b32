"""How detector and verifier are made: their networks, what they see, and how they learn.

It knows drawn people and the bundled patches; nothing that runs on a board needs it.
"""
