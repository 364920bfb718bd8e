"""A small Python library with a plain unittest suite, to try dtest on."""
