from scipy import signal


def envelope_spectrum(vibration, rate, low_hz, high_hz):
    band = signal.butter(4, (low_hz, high_hz), "bandpass", fs=rate, output="sos")
    envelope = np.abs(signal.sosfilt(band, vibration))
    return np.abs(np.fft.rfft(envelope - envelope.mean()))
