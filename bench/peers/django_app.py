"""What Django calls an application: without one it shows no list."""

from django.apps import AppConfig


class PersonApp(AppConfig):
    name = "bench.peers"
    label = "person"
