"""How good finding and telling faces is: matching, scores, trials, sizes, conditions.

It knows detector and verifier as they run on boards, and their training's float models.
"""
