"""Every change of a provider, a request and its tries."""
