"""What a board is for: a folder for each application, with its models, its C and its client.

An application knows every room below, and no other application; what several share is beside them.
"""
