"""The recipient's way, as pages for people and JSON for programs: `answer` does what a route asks for.

One function serves all its steps, so that a person walking through a link meets one cold start at most.
"""

from linkgate.dialects.recipient.problems import render_error
from linkgate.dialects.recipient.steps import STEPS, answer

__all__ = ["STEPS", "answer", "render_error"]
