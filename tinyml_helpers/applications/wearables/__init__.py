"""Wearables: what a watch on the wrist and an electrode on the chest can tell.

    board.flash(wearables.exercises.Application(tflite_bytes))
    hops = board.client.run(samples)  # int16 [n, 6]

Two streams that share nothing but who wears them: `exercises` names a movement and counts its
repetitions, `hearts` finds the beats of an electrocardiogram and those that come early. Teaching
material, not a medical device: it diagnoses nothing. It knows streams, and no other application.
"""
