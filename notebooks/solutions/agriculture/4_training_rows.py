def training_rows(sites, years, kept_sites, kept_years):
    rows = enumerate(zip(sites, years))
    return [i for i, (site, year) in rows if site not in kept_sites and year not in kept_years]
