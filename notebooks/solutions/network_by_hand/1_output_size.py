# The last start is at size + 2 * pad - window; from 0 on, every `stride`-th place counts.
def output_size(size, window, stride, pad):
    return (size + 2 * pad - window) // stride + 1
