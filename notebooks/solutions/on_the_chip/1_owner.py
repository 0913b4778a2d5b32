# One mark a byte: what two pieces share is marked once.
def owner(plan):
    def taken(operator):
        arena = np.zeros(max(piece.offset + piece.bytes for piece in plan), bool)
        for piece in plan:
            if piece.first <= operator <= piece.last:
                arena[piece.offset : piece.offset + piece.bytes] = True
        return arena.sum()

    return max(range(max(piece.last for piece in plan)), key=taken)
