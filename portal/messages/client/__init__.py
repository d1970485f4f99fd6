"""The outside world that takes messages: a mail server, an SMS gateway.

`gateways` reads where they are from the configuration, `mail` and `sms` speak to them. What comes of it is either
nothing (it was taken) or `NotTaken`. What the other side says is never kept or logged: it may quote the receiver.
"""
