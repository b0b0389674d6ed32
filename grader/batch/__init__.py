"""Files of answers in and out: read -> grade side by side -> write in input order, at constant memory.

`run` is the loop; `sources` and `sinks` hold one module per format; `journal` is what a killed run goes on from.
"""
