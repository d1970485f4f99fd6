"""More vendors of the demo: in several scripts, in every state, with the days they work and where they are."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from portal.demo.phones import fictitious
from portal.demo.programme import CYCLONE, FIRST_PHONE, FLOOD, VENDORS, WINTER, WORK, named
from portal.users import roles
from portal.users.models import User
from portal.users.operations.assignments import assign_role
from portal.users.operations.users import add_user
from portal.vendors.models import CONTACT, ProjectVendor, Vendor
from portal.vendors.states import VendorState
from portal.wallets.operations import claim_one

APPROVED, PENDING, SUSPENDED = VendorState.APPROVED, VendorState.PENDING, VendorState.SUSPENDED


@dataclass(frozen=True)
class Shop:
    """A vendor: name, who answers there, where it is, the projects it works in, and how it stands.

    `days` are its first and last day there, counted from the day on which the demo is loaded; None is no such limit.
    """

    name: str
    contact: str
    place: str
    latitude: float
    longitude: float
    projects: tuple[str, ...]
    state: VendorState = APPROVED
    reason: str | None = None
    days: tuple[int | None, int | None] = (None, None)


MORE = (
    Shop("कोशी किराना पसल", "सीता चौधरी", "प्रकाशपुर, सुनसरी", 26.65, 87.06, (FLOOD,), days=(-120, 60)),
    Shop("जनता खाद्य भण्डार", "राम यादव", "राजविराज, सप्तरी", 26.54, 86.75, (FLOOD,), days=(-90, None)),
    Shop("Shree Krishna Traders", "Krishna Shah", "Inaruwa bazaar, Sunsari", 26.61, 87.15, (FLOOD,), days=(-60, 30)),
    Shop("Tharu Women’s Store", "Phulmati Tharu", "Barahakshetra, Sunsari", 26.85, 87.16, (FLOOD,), PENDING),
    Shop("Belaka Rice Mill", "Dil Bahadur Rai", "Belaka, Udayapur", 26.87, 86.92, (FLOOD,), SUSPENDED,
         "Weights were short twice; the scales are being checked."),
    Shop("দিনাজপুর মুদি দোকান", "রহিমা বেগম", "বিরাটনগর", 26.45, 87.28, (FLOOD,), days=(14, None)),
    Shop("Продукти «Сусіди»", "Ольга Коваль", "Чугуїв, Харківська область", 49.83, 36.68, (WINTER,), days=(-30, 90)),
    Shop("Будматеріали Ізюм", "Іван Бондар", "Ізюм, Харківська область", 49.21, 37.25, (WINTER,)),
    Shop("Köşe Yapı Market", "Ayşe Yıldız", "Antakya, Hatay", 36.20, 36.16, (WINTER,), days=(-45, 45)),
    Shop("بقالة الأمل", "أحمد الحسن", "الريحانية، هاتاي", 36.27, 36.57, (WINTER,), PENDING),
    Shop("مخبز النور", "فاطمة علي", "أنطاكية، هاتاي", 36.21, 36.15, (WINTER,), days=(None, -7)),
    Shop("ደሴ የእርሻ መሣሪያ", "አለሙ ተስፋዬ", "ደሴ ዙሪያ, ወሎ", 11.13, 39.64, (WORK,)),
    Shop("Kombolcha Hardware", "Meseret Bekele", "Kombolcha, South Wollo", 11.08, 39.74, (WORK,), days=(7, 180)),
    Shop("ហាងសម្ភារៈសំណង់", "សុខ វណ្ណា", "Battambang", 13.10, 103.20, (WORK,), PENDING),
    Shop("Ferretería El Progreso", "Doña Concepción Ñáñez", "Namasigüe, Choluteca", 13.20, -87.14, (CYCLONE,),
         days=(None, -60)),
    Shop("Tienda La Bendición", "José Ángel Núñez", "El Corpus, Choluteca", 13.28, -87.03, (CYCLONE,), SUSPENDED,
         "Took vouchers of people who were not there."),
    Shop("Cửa hàng vật liệu Hòa Bình", "Nguyễn Thị Hạnh", "Quảng Trị", 16.75, 107.19, ()),
)  # fmt: skip
"""Besides those of `programme`."""

PLACED = {
    "Inaruwa Grain Store": ("Bishnu Chaudhary", 26.607, 87.148),
    "Biratnagar Cooperative Shop": ("Sunita Rajbanshi", 26.455, 87.272),
    "Крамниця на розі": ("Тарас Шевчук", 49.99, 36.23),
    "Çarşı Bakkal": ("Mehmet Demir", 36.2, 36.16),
    "Dessie Tool Depot": ("Almaz Tadesse", 11.13, 39.63),
    "Ferretería Golfo": ("Carlos Ordóñez", 13.3, -87.19),
}
"""Who answers at the first ones, and where they are."""


def add_more_vendors(session: Session, today: dt.date) -> None:
    """Tell more of the first vendors, and add the others; `today` is the day that their days are counted from."""
    asha = session.scalars(select(User.id).where(User.email == "admin@example.org")).one()
    for name, (contact, latitude, longitude) in PLACED.items():
        session.execute(
            update(Vendor)
            .where(Vendor.uuid == named("vendor", name))
            .values(
                state=APPROVED,
                extras={CONTACT: contact},
                latitude=latitude,
                longitude=longitude,
                state_by=asha,
                state_at=func.now(),
            )
        )
    for number, shop in enumerate(MORE, len(VENDORS)):
        _add(session, shop, fictitious(FIRST_PHONE + number), today, asha)


def _add(session: Session, shop: Shop, phone: str, today: dt.date, decided_by: int) -> None:
    uuid = named("vendor", shop.name)
    user = add_user(session, shop.name, uuid=uuid, phone=phone)
    assign_role(session, user, roles.VENDOR)
    session.add(
        Vendor(
            uuid=uuid,
            name=shop.name,
            location=shop.place,
            latitude=shop.latitude,
            longitude=shop.longitude,
            wallet=claim_one(session),
            extras={CONTACT: shop.contact},
            state=shop.state,
            state_reason=shop.reason,
            state_by=decided_by,
            state_at=func.now(),
        )
    )
    session.flush()
    first, last = (None if day is None else today + dt.timedelta(days=day) for day in shop.days)
    session.add_all(
        ProjectVendor(project_id=named("project", project), vendor_id=uuid, starts_on=first, ends_on=last)
        for project in shop.projects
    )
