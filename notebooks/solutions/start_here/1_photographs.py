# Whole photographs only, so `//`, the division that drops the rest.
photographs = 256 * 1024 // (96 * 96)
