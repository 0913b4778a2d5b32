"""Grading a class: answers of students judged by the lessons' checks, and nothing they say of it.

    python course.py collect FOLDER

What a notebook shows proves nothing, nor does a check that runs in the student's own process: a
cell may print a verdict, or change the check. So there are three processes, one below the other:

    collecting     finds the notebooks, starts a judge a lesson, writes the tables
    judge          knows the checks; builds a notebook of the lesson's cells and the student's
                   answers, and has `answering` run it
    answering      in the sandbox: runs what the student wrote; knows no check and no solution

A check runs in the judge, as it is. The student's function that it calls is a stand-in there: its
arguments go to the sandbox, and what comes back is plain numbers and texts, never unpickled. The
sandbox says nothing but answers, so there is no verdict in it to forge: whoever answers each
question of a check rightly has a right answer.

What is left to a determined forger: to bring the right answers from elsewhere. Where Linux lets
`confinement` work, the sandbox sees no solution, no check, no other notebook and no network; where
it doesn't, as on Windows and macOS, a program can look for them on the disk, read and change what
its user can, and get round the block on Python's sockets. A copied solution is a right answer
anywhere. Nor does a check ask everything: who knows its questions can answer those alone. `signs`
names what can be seen of such attempts in what was written.

Where it can't be confined, a notebook may end every program of its user's, the grader too: nothing
is graded there unless somebody asks for it, and never as root.

A plain process holds no attack on the system's kernel, nor is it cut off from sockets that programs
of the same user keep as files. For a class that one doesn't know, use a user who owns nothing.

This room may know every other one but the course; only tests know it.
"""
