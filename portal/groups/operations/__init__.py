"""Every change of groups: their facts, their projects, filling, splitting."""
