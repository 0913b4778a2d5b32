# A still falls at the end. B turns up again on validation: its lowest point is near epoch 13.
# C jumps about and never settles. D falls, and its two curves stay together.
diagnoses = ["train longer", "overfitting", "rate too large", "good"]
