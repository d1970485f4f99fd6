"""Where people are: the map of those that a filter finds, as counts by area and never as names.

Tables: none of its own. URLs: /beneficiaries/map. Verbs: show, count by area, draw.
"""
