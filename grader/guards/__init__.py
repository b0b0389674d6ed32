"""What is unusual about an answer as a whole: flags for people, and words that are no evidence.

A flag never lowers a score by itself. Claims that only repeat the question, and demands on the grader, are blanked
out of what is graded; everything else stays.
"""

from grader.guards.find import cleared, find_flags, off_topic
from grader.guards.flags import REVIEW_REASONS

__all__ = ["REVIEW_REASONS", "cleared", "find_flags", "off_topic"]
