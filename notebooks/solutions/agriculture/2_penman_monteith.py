def penman_monteith(celsius, wind, net, slope, gamma, lacking):
    by_sun = 0.408 * slope * net
    by_wind = gamma * 900 / (celsius + 273) * wind * lacking
    return (by_sun + by_wind) / (slope + gamma * (1 + 0.34 * wind))
