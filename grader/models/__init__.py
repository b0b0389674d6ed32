"""The local models, behind the protocols in `base`; `registry` imports the one that is chosen."""
