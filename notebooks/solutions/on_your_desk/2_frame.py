import zlib


# ESCAPE is replaced first: replacing END writes new ones.
def frame(kind, number, payload):
    message = bytes([kind, number]) + len(payload).to_bytes(4, "little") + payload
    message += zlib.crc32(message).to_bytes(4, "little")
    message = message.replace(b"\xdb", b"\xdb\xdd").replace(b"\xc0", b"\xdb\xdc")
    return b"\xc0" + message + b"\xc0"
