"""The list of people by Flask-Admin over SQLAlchemy."""

import datetime as dt
from typing import Any

from flask import Flask
from flask_admin import Admin
from flask_admin.contrib.sqla import ModelView
from flask_babel import Babel
from sqlalchemy import DateTime, Enum, ForeignKey, create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship, scoped_session, sessionmaker

from bench.peers.serving import serve
from portal.core import enums
from portal.core.embedded import database_url


class Base(DeclarativeBase):
    pass


def of_database(values: Any) -> Any:
    """A column's type for an enum that the database has already."""
    return Enum(*[one.value for one in values], name=values.__name__, create_type=False)


class Person(Base):
    __tablename__ = "tbl_beneficiaries"

    id: Mapped[int] = mapped_column(primary_key=True)
    gender: Mapped[str] = mapped_column(of_database(enums.Gender))
    age: Mapped[int | None]
    location: Mapped[str | None]
    banked_status: Mapped[str] = mapped_column("bankedStatus", of_database(enums.BankedStatus))
    phone_status: Mapped[str] = mapped_column("phoneStatus", of_database(enums.PhoneStatus))
    is_verified: Mapped[bool] = mapped_column("isVerified")
    created_at: Mapped[dt.datetime] = mapped_column("createdAt", DateTime(timezone=True))
    deleted_at: Mapped[dt.datetime | None] = mapped_column("deletedAt", DateTime(timezone=True))
    pii: Mapped["Pii"] = relationship(lazy="joined", innerjoin=True)


class Pii(Base):
    __tablename__ = "tbl_beneficiaries_pii"

    id: Mapped[int] = mapped_column("beneficiaryId", ForeignKey(Person.id), primary_key=True)
    name: Mapped[str | None]
    phone: Mapped[str]


class PersonView(ModelView):
    named_filter_urls = True
    can_create = can_edit = can_delete = False
    page_size = 50
    column_list = [
        *("pii.name", "pii.phone", "gender", "age", "location", "phone_status", "is_verified", "created_at"),
    ]
    column_searchable_list = ["pii.name"]
    column_filters = ["gender", "banked_status"]
    column_default_sort = [("created_at", True), ("id", True)]

    def get_query(self) -> Any:
        return super().get_query().filter(Person.deleted_at.is_(None))

    def get_count_query(self) -> Any:
        return super().get_count_query().filter(Person.deleted_at.is_(None))


def load() -> Flask:
    app = Flask("flask_list")
    app.secret_key = "for measuring only"
    Babel(app)
    session = scoped_session(sessionmaker(create_engine(database_url())))
    app.teardown_appcontext(lambda _error: session.remove())
    Admin(app).add_view(PersonView(Person, session, endpoint="person", url="/admin/person"))
    return app


if __name__ == "__main__":
    serve(load)
