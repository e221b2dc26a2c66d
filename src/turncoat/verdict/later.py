"""How a log of verdicts on recorded answers says so: keys of its metadata."""

VERDICTS = "verdicts"
"""Of the task: whose answers were judged (`subject`), and the identity of the `judge`."""

SUBJECT = "subject"
"""Of a sample: the model that gave the answer."""

ANSWER = "answer"
"""Of a sample: the uuid of the sample in which the subject gave the answer."""
