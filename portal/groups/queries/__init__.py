"""Every SELECT on groups: the list, one group, who may be reached, who falls short, how two groups differ."""
