"""turncoat: would this agent turn on the people who deployed it?"""
