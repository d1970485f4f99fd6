"""The desk: a vendor's own payments, on a cheap phone and a slow line.

Owns no table. URLs: /desk. Verbs: look, claim, dispute, take a statement. It shows one vendor, the one who is signed
in, and asks for nothing by a script.
"""
