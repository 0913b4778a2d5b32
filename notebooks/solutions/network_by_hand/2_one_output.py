def one_output(image, kernel, bias, row, column, stride):
    top, left = row * stride, column * stride
    window = image[top : top + 3, left : left + 3, :]
    return max(0.0, (window * kernel).sum() + bias)
