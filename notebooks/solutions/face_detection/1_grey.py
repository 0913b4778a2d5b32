def grey(red, green, blue):
    return (77 * red.astype(int) + 150 * green.astype(int) + 29 * blue.astype(int)) >> 8
