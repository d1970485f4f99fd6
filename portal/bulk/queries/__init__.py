"""Every SELECT on bulk actions: whom one would change, what can be named in it, which there were."""
