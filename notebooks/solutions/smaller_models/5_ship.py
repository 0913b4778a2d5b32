# Python compares tuples from left to right: accuracy first, then the fewest bytes.
def ship(models, flash_bytes):
    fitting = [name for name, (size, _) in models.items() if size <= flash_bytes]
    return max(fitting, key=lambda name: (models[name][1], -models[name][0]), default=None)
