"""The stages of a deployment that starts a second fleet and moves traffic to it.

BLUE_GREEN, LINEAR and CANARY differ in their steps alone.
"""
