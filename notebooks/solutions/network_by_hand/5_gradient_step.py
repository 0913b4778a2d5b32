def gradient_step(w, b, x, y, rate):
    error = w * x + b - y
    return w - rate * 2 * error * x, b - rate * 2 * error
