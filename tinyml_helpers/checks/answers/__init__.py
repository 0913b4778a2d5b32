"""An answer and its exercise: what kind it should be, what it may do, and how it is spoken of.

Every check asks through here, so that each says the same of the same: `kinds` turns an answer into
a plain value or a function that can be asked, or says what was given instead; `asking` calls the
function; `limits` gives it time and room for what it prints; `words` names values and errors in a
student's words; `hints` finds the slip that gives a value; `notebook` knows whether the cell with
the answer has run; `feedback` is what comes back.

It may know NumPy, and none of the lessons' checks.
"""
