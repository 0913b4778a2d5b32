# About 66,000 products: a layer would need that many inputs to one sum.
safe_products = (2**31 - 1) // (127 * 255)
