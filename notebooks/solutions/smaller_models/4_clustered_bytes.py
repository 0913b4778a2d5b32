# (clusters - 1).bit_length() is the number of bits that tells the clusters apart.
def clustered_bytes(weights, clusters):
    bits = (clusters - 1).bit_length()
    return (weights * bits + 7) // 8 + clusters
