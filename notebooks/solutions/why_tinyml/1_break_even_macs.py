break_even_macs = sound_bytes * ble_byte / mac
