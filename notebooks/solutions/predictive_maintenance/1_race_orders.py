# The cage turns (1 - d/D) / 2 times while the shaft turns once. It passes the outer race so fast,
# and the inner race, which turns itself, as fast as what is left of the turn.
def race_orders(balls, ball_diameter, pitch_diameter):
    cage = (1 - ball_diameter / pitch_diameter) / 2
    return balls * cage, balls * (1 - cage)
