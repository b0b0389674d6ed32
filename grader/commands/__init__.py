"""One click command per module; heavy imports happen when a command runs."""
