"""The list of people by Django admin. Everybody is its administrator, so that it needs no tables of its own."""

import sys
from collections.abc import Callable
from typing import Any

import django
from django.conf import settings

from portal.core.db import libpq_url
from portal.core.embedded import database_url


class Anybody:
    """Who may do everything."""

    pk = id = 1
    is_active = is_staff = is_authenticated = is_superuser = True
    is_anonymous = False

    def has_perm(self, *_: Any) -> bool:
        return True

    has_perms = has_module_perms = has_perm

    def get_username(self) -> str:
        return "measurer"

    get_short_name = get_username

    def has_usable_password(self) -> bool:
        return False


def everybody_is(answer: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Middleware that knows one user."""

    def with_user(request: Any) -> Any:
        request.user = Anybody()
        return answer(request)

    return with_user


def configure() -> None:
    from psycopg.conninfo import conninfo_to_dict

    place = conninfo_to_dict(libpq_url(database_url()))
    settings.configure(
        SECRET_KEY="for measuring only",
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF=__name__,
        USE_TZ=True,
        STATIC_URL="/static/",
        INSTALLED_APPS=[
            *("django.contrib.auth", "django.contrib.contenttypes", "django.contrib.messages"),
            *("django.contrib.admin", "django.contrib.staticfiles", "bench.peers.django_app.PersonApp"),
        ],
        MIDDLEWARE=[f"{__name__}.everybody_is", "django.contrib.messages.middleware.MessageMiddleware"],
        MESSAGE_STORAGE="django.contrib.messages.storage.cookie.CookieStorage",
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "APP_DIRS": True,
                "OPTIONS": {
                    "context_processors": [
                        "django.template.context_processors.request",
                        "django.contrib.messages.context_processors.messages",
                    ]
                },
            }
        ],
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.postgresql",
                "NAME": place["dbname"],
                "USER": place["user"],
                "HOST": place["host"],
                "PORT": place["port"],
                "CONN_MAX_AGE": None,
            }
        },
    )
    django.setup()


sys.modules.setdefault("bench.peers.django_list", sys.modules[__name__])
configure()

from django.contrib import admin  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import models  # noqa: E402
from django.urls import path  # noqa: E402

from bench.peers.serving import serve  # noqa: E402


class Person(models.Model):
    gender = models.TextField()
    age = models.IntegerField(null=True)
    location = models.TextField(null=True)
    banked_status = models.TextField(db_column="bankedStatus")
    phone_status = models.TextField(db_column="phoneStatus")
    is_verified = models.BooleanField(db_column="isVerified")
    created_at = models.DateTimeField(db_column="createdAt")
    deleted_at = models.DateTimeField(db_column="deletedAt", null=True)

    class Meta:
        app_label = "person"
        db_table = "tbl_beneficiaries"
        managed = False


class Pii(models.Model):
    person = models.OneToOneField(Person, models.PROTECT, primary_key=True, db_column="beneficiaryId")
    name = models.TextField()
    phone = models.TextField()

    class Meta:
        app_label = "person"
        db_table = "tbl_beneficiaries_pii"
        managed = False


@admin.register(Person)
class PersonAdmin(admin.ModelAdmin):
    list_display = (
        *("name", "phone", "gender", "age", "location", "phone_status", "is_verified", "created_at"),
    )
    list_filter = ("gender", "banked_status")
    list_select_related = ("pii",)
    list_per_page = 50
    ordering = ("-created_at", "-id")
    search_fields = ("pii__name",)

    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).filter(deleted_at__isnull=True)

    def name(self, person: Any) -> str:
        return str(person.pii.name)

    def phone(self, person: Any) -> str:
        return str(person.pii.phone)


urlpatterns = [path("", admin.site.urls)]


if __name__ == "__main__":
    serve(get_wsgi_application)
