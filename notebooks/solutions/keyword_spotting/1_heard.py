heard = ["left", "other", "go", "off", "other"]
