"""Graded answers as a page: read and check (`lines`), sum up (`tally`), write (`page` for a team, `letter` for one).

The pages load nothing and send nothing. Answers are untrusted: they reach a page through `escape` only. What a browser
runs lies in `assets/`.
"""
