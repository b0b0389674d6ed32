"""Files of answers in and out."""
