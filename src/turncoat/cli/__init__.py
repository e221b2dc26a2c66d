"""The command line: parse and call, no logic."""
