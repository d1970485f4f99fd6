"""The program as any WSGI server takes it: `granian --interface wsgi wsgi:app`, `gunicorn wsgi:app`."""

from portal import create_app

app = create_app()
