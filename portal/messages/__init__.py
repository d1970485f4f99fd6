"""Messages to people, by e-mail and SMS: an outbox that is filled by whoever has something to say.

Table: tbl_messages. URLs: /messages. Verbs: send, list, show, retry; read the demo's outbox.

`operations.outbox.send` writes a message down in the caller's transaction, together with the job that sends it; so
what is rolled back is never sent. `wording.worded` makes the words from a template in the reader's language, and
`client` speaks to the mail server and to the SMS gateway.
"""
