"""Every change of projects: their facts, their life, their budgets."""
