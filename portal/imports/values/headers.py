"""The headers people give their columns, and the field each of them stands for."""

from __future__ import annotations

import re
from functools import lru_cache

from portal.core.values.text import fold

_ALIASES = {
    "uuid": "uuid|beneficiary uuid|person uuid",
    "name": """full name|fullname|beneficiary name|name of beneficiary|beneficiary full name|nom complet
        nom et prénom|nom et prénoms|noms et prénoms|nom du bénéficiaire|nombre completo|nombre y apellido
        nombre y apellidos|nombres y apellidos|nombre del beneficiario|nome completo|nome do beneficiário
        الاسم الكامل|الاسم الثلاثي|الاسم الرباعي|اسم المستفيد|पूरा नाम|लाभग्राहीको नाम|लाभार्थीको नाम|নাম
        पुरा नाम|jina kamili|jina|повне ім'я|піб|ПІБ""",
    "first_name": """first name|given name|given names|forename|prénom|prénoms|nombres|primer nombre
        primeiro nome
        الاسم الأول|पहिलो नाम|jina la kwanza|ім'я""",
    "middle_name": """middle name|middle names|second name|deuxième prénom|segundo nombre|nome do meio
        اسم الأب
        बीचको नाम""",
    "last_name": """last name|surname|family name|nom de famille|apellido|apellidos|primer apellido
        sobrenome
        apelido|اسم العائلة|اللقب|الكنية|थर|jina la ukoo|прізвище""",
    "phone": """phone|phone no|phone number|phone num|mobile|mobile no|mobile number|mobile phone
        mobile phone number|cell|cell phone|cellphone|cell number|cellphone number|telephone
        telephone number
        telephone no|tel|tel no|contact number|contact no|contact phone|msisdn|beneficiary phone
        beneficiary phone number|beneficiary mobile number|primary phone|primary phone number|whatsapp
        whatsapp number|whatsapp no|whatsapp phone|whatsapp phone number|téléphone|n téléphone
        numéro de téléphone|numéro téléphone|numéro|téléphone portable|portable|contact téléphonique
        teléfono
        número de teléfono|teléfono móvil|teléfono celular|celular|móvil|telefone|número de telefone
        telemóvel
        الهاتف|هاتف|رقم الهاتف|رقم هاتف|رقم الجوال|الجوال|جوال|موبايل|رقم الموبايل|رقم التلفون|फोन|फोन नं
        फोन नम्बर|फोन नंबर|मोबाइल|मोबाइल नम्बर|मोबाइल नं|सम्पर्क नम्बर|सम्पर्क नं|ফোন|ফোন নম্বর|মোবাইল
        মোবাইল নম্বর|simu|namba ya simu|nambari ya simu|телефон|номер телефону""",
    "email": """email|e mail|email address|e mail address|mail|courriel|adresse email|adresse e mail
        adresse électronique|correo|correo electrónico|البريد الإلكتروني|البريد الالكتروني|इमेल|barua pepe
        електронна пошта""",
    "govt_id": """government id|government id number|govt id|govt id number|govt id no|gov id|govtid
        government issued id|national id|national id number|national id no|nid|nid number|id number|id no
        identity number|identity card number|citizenship number|citizenship no
        citizenship certificate number
        numéro d'identité|numéro de carte d'identité|carte d'identité|numéro cni|cni|número de identidad
        documento de identidad|número de identificación|número de documento|cédula|dni|número de identidade
        bilhete de identidade|documento de identidade|cpf|رقم الهوية|رقم الهوية الوطنية|الرقم الوطني
        नागरिकता नम्बर|नागरिकता नं|नागरिकता प्रमाणपत्र नम्बर|राष्ट्रिय परिचयपत्र नम्बर|জাতীয় পরিচয়পত্র
        kitambulisho|namba ya kitambulisho""",
    "gender": """gender|sex|genre|sexe|género|sexo|gênero|الجنس|جنس|النوع|النوع الاجتماعي|लिङ्ग|लिंग
        লিঙ্গ|jinsia|стать""",
    "birth_date": """birth date|birthdate|date of birth|dob|birthday|date birth|date de naissance|né le
        naissance
        fecha de nacimiento|fecha nacimiento|data de nascimento|data nascimento|تاريخ الميلاد|تاريخ الولادة
        जन्म मिति|जन्म तिथि|জন্ম তারিখ|tarehe ya kuzaliwa|дата народження""",
    "age": "age|age years|age in years|âge|edad|idade|العمر|عمر|السن|उमेर|आयु|বয়স|umri|вік",
    "location": """location|beneficiary address|geographic location|localité|lieu|localisation
        ubicación|localidad
        lugar|localização|local|localidade|الموقع|المكان|المنطقة|स्थान|ठेगाना|ঠিকানা|mahali|місце""",
    "latitude": "latitude|lat|gps latitude|location latitude|latitud|خط العرض|अक्षांश",
    "longitude": "longitude|lon|lng|long|gps longitude|location longitude|longitud|خط الطول|देशान्तर",
    "coordinates": """gps|coordinates|gps coordinates|geopoint|geo point|gps location|lat lon|lat long
        latlng
        latitude longitude|coordonnées|coordonnées gps|coordenadas|coordenadas gps|الإحداثيات|احداثيات""",
    "wallet_address": "wallet address|wallet|beneficiary wallet|eth address|ethereum address|wallet id",
    "notes": """notes|note|remarks|remark|comments|comment|remarques|remarque|commentaires|observations
        observaciones|notas|comentarios|observações|ملاحظات|ملاحظة|टिप्पणी|कैफियत|maelezo|примітки""",
    "banked_status": "bank status|banked status|banked|bank account status|statut bancaire|estado bancario",
    "internet_status": """internet status|internet access|internet|accès internet|statut internet
        acceso a internet|estado de internet""",
    "phone_status": """phone status|phone type|type of phone|statut téléphone|type de téléphone
        estado del teléfono""",
    "groups": """group|groups|group name|beneficiary group|beneficiary groups|groupe|groupes|grupo|grupos
        المجموعة|مجموعة|समूह|kikundi|група""",
}

# A bare "name" is the family name beside a first name, the first name beside a family name, else all of it.
_BARE = frozenset(
    map(fold, ("name", "names", "nom", "noms", "nombre", "nome", "nomes", "اسم", "الاسم", "नाम"))
)

# What an export of the portal holds that no import may set.
_OF_THE_PORTAL = frozenset(
    {
        "id",
        "verified",
        "isverified",
        "created",
        "createdat",
        "createdby",
        "updated",
        "updatedat",
        "updatedby",
        "deletedat",
        "projects",
        "version",
        "lastchanged",
        "registered",
    }
)

_PARENTHESIS = re.compile(r"\s*[(\[（].*?[)\]）]\s*\*?\s*$")


def key(header: str) -> str:
    """The header for comparing: no case, accents, blanks, `_`, `-`, no trailing `*`."""
    return fold(header).replace(" ", "")


_FIELDS = {
    key(alias): field
    for field, aliases in _ALIASES.items()
    for alias in aliases.replace("\n", "|").split("|")
    if alias.strip()
}


@lru_cache(maxsize=4096)
def field_of(header: str) -> str | None:
    """The field a header names; "name" for a bare name; None for a header of the file's own.

    "Phone number (with code) *" and Kobo's "about/phone_number" name the phone; Kobo's own `_uuid` no person.
    """
    if header.startswith("_") and "uuid" in header.casefold():
        return None
    for text in (header, _PARENTHESIS.sub("", header), header.rpartition("/")[2]):
        folded = key(text)
        if folded in _FIELDS:
            return _FIELDS[folded]
        if folded in _BARE:
            return "name"
    return None


def is_bare_name(header: str) -> bool:
    """Whether the header says "name" and not which part of it."""
    return key(_PARENTHESIS.sub("", header)) in _BARE


def is_of_the_portal(header: str) -> bool:
    """Whether a column of an exported list is the portal's own business, such as when a row was created."""
    return key(header) in _OF_THE_PORTAL
