"""Grade two answers with the library and say why each got its score.

Run: python examples/library.py
"""

from grader import Grader

ANSWERS = {
    "q24": "The dot product tells how similar a query and a key are. The larger it is, the more attention that token "
    "gets. It is divided by the square root of the key dimension, so that softmax does not saturate.",
    "q1": "Text is broken into small pieces called tokens.",
}


def main() -> None:
    """Print score, verdicts and the words that prove them."""
    grader = Grader()
    for question_id, answer in ANSWERS.items():
        grade = grader.grade(question_id, answer)
        print(f"{question_id}: score {grade.score:.2f} ({grade.band}), confidence {grade.confidence:.2f}")
        for verdict in grade.verdicts:
            print(f"  {verdict.status:<13}{verdict.concept}")
            for evidence in verdict.evidence:
                print(f"      {answer[evidence.start : evidence.end]!r}")


if __name__ == "__main__":
    main()
