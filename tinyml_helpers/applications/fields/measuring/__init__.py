"""How good it is: skill, rivals, broken probes."""
