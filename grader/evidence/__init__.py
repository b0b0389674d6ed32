"""What in an answer speaks for or against a concept: one module per kind of proof."""
