# np.interp wants its x in rising order, and stress falls where water rises.
def water_at_stress(stress, water, days):
    order = np.argsort(stress)
    return np.interp(days, np.array(stress)[order], np.array(water)[order])
