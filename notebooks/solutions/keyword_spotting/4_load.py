def load(front_end_cycles, inference_cycles, hops_per_inference, clock_hz):
    cycles_a_hop = front_end_cycles + inference_cycles / hops_per_inference
    return 50 * cycles_a_hop / clock_hz
