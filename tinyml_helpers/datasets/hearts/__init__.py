"""Hearts: electrocardiograms of real ones, from WFDB records, and of simulated ones.

This room knows files, the beats that are marked in them and how a heart beats, and nothing of what
a model makes of it. Teaching material, not a medical device; it diagnoses nothing.
"""
