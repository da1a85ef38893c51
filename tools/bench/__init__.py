"""The parts of `make bench`: one module for each opponent, and what they share."""
