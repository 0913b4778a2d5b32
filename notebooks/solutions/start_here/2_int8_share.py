# What of each file isn't learned numbers stays; the numbers grow.
def int8_share(numbers):
    float_wrapping = len(float_file) - 4 * model.count_params()
    int8_wrapping = len(int8_file) - model.count_params()
    return 100 * (int8_wrapping + numbers) / (float_wrapping + 4 * numbers)
