"""One Grade, many views."""
