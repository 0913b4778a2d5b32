# Half of the inputs times half of the outputs.
share_left = 0.5 * 0.5
