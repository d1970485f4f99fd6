"""The pages on which everybody who works with the portal is looked after, vendors' users included.

Tables: none of its own; it brings together those of users (who they are, which roles they hold), auth (how they sign
in, where they are signed in) and projects (what a role of theirs is limited to), which know nothing of each other.
URLs: /users. Verbs: add, edit, invite, give and take roles, deactivate, restore, unlock, sign out.
"""
