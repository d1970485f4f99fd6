"""The words people write for the values of a field, in the languages the portal meets."""

from __future__ import annotations

from collections.abc import Iterator

from portal.core.values.text import fold


def _words(text: str) -> Iterator[str]:
    """The words of a list, folded for comparing. They stand apart by "|" or a new line."""
    return (fold(word) for word in text.replace("\n", "|").split("|"))


def _vocabulary(**words: str) -> dict[str, str]:
    """Every word, folded, with the value it stands for."""
    return {word: value for value, text in words.items() for word in _words(text)}


_UNKNOWN = """unknown|u|not known|not specified|unspecified|inconnu|desconocido|desconhecido|غير معروف
    थाहा छैन|अज्ञात|অজানা|невідомо|?"""

GENDERS = _vocabulary(
    MALE="""male|m|man|men|boy|h|masculine|masculin|homme|garçon|masculino|hombre|varón|niño|homem
        menino|rapaz|maschile|uomo|männlich|mann|ذكر|رجل|ولد|مذكر|पुरुष|पुरूष|केटा|नर|लड़का
        পুরুষ|ছেলে|mwanaume|mwanamume|me|mume|mvulana|чоловік|чоловіча|чоловічий|ч|хлопець
        мужчина|мужской|муж|м|erkek|bay|مرد|مذکر|پسر|lab|rag|ወንድ|lalaki|laki laki|pria|nam""",
    FEMALE="""female|f|woman|women|girl|w|feminine|féminin|femme|fille|femenino|mujer|niña|feminino
        mulher|menina|femminile|donna|weiblich|frau|أنثى|انثى|امرأة|بنت|مؤنث|مرأة|महिला|स्त्री
        केटी|नारी|मादा|औरत|लड़की|মহিলা|নারী|মেয়ে|স্ত্রী|mwanamke|mke|ke|msichana|жінка|жіноча
        жіночий|ж|дівчина|женщина|женский|жен|kadın|bayan|زن|مونث|مؤنث|دختر|dheddig|dumar|naag
        ሴት|babae|perempuan|wanita|nữ""",
    OTHER="""other|others|o|x|non binary|nonbinary|third gender|3rd gender|third|transgender|trans
        intersex|diverse|autre|autres|otro|otra|otros|outro|outra|altro|divers|آخر|أخرى|اخرى
        अन्य|तेस्रो लिङ्गी|तेस्रो लिंगी|तृतीय लिंग|अन्य लिंग|অন্যান্য|তৃতীয় লিঙ্গ|হিজড়া
        nyingine|nyengine|інше|інша|інший|другое|другой|diğer|دیگر|ሌላ""",
    UNKNOWN="""unknown|u|not known|not specified|unspecified|undisclosed|prefer not to say|not stated
        inconnu|inconnue|non précisé|non spécifié|desconocido|desconocida|no especificado
        desconhecido|desconhecida|não informado|unbekannt|غير معروف|مجهول|थाहा छैन|अज्ञात|অজানা
        haijulikani|невідомо|неизвестно|bilinmiyor|نامعلوم|?""",
)

BANKED = _vocabulary(
    BANKED="""banked|bank|has bank account|has a bank account|bank account|fully banked
        with bank account|with account|bancarisé|bancarizado|banked user""",
    UNBANKED="""unbanked|un banked|not banked|no bank|no bank account|no account|without bank account
        non bancarisé|no bancarizado|não bancarizado|has no bank account""",
    UNDER_BANKED="""under banked|underbanked|partially banked|partly banked|semi banked|sous bancarisé
        subbancarizado""",
    UNKNOWN=_UNKNOWN,
)

INTERNET = _vocabulary(
    NO_INTERNET="""no internet|nointernet|offline|no access|without internet|no internet access
        no connection|pas d internet|sin internet|sem internet|not connected""",
    HOME_INTERNET="""home internet|homeinternet|home|wifi|wi fi|broadband|home wifi|fibre|fiber|adsl
        internet at home|at home""",
    MOBILE_INTERNET="""mobile internet|mobileinternet|mobile|mobile data|phone internet|phone|data|cellular
        internet on phone|3g|4g|5g""",
    UNKNOWN=_UNKNOWN,
)

PHONES = _vocabulary(
    NO_PHONE="""no phone|nophone|without phone|has no phone|no mobile|pas de téléphone|sin teléfono
        sem telefone|no phone at all""",
    FEATURE_PHONE="""feature phone|featurephone|feature|basic phone|basic|simple phone|button phone
        keypad phone|keypad|bar phone|normal phone""",
    SMART_PHONE="""smart phone|smartphone|smart|android|iphone|android phone|smartphones|smart phones""",
    UNKNOWN=_UNKNOWN,
)

YES = frozenset(
    _words(
        """yes|y|true|t|1|oui|o|vrai|sí|si|s|verdadero|sim|verdadeiro|ja|نعم|छ|हो|हाँ|हां|হ্যাঁ|আছে
        ndiyo|ndio|так|да|evet|بله|haa|አዎ"""
    )
)

NO = frozenset(
    _words(
        """no|n|false|f|0|non|faux|falso|não|nao|nein|لا|छैन|होइन|नहीं|না|নেই|hapana|la|ні|нет
        hayır|خیر|maya|አይ|none|without"""
    )
)

NO_NUMBER = frozenset(
    _words(
        """no phone|no|none|nil|nophone|no number|no mobile|no mobile phone|without phone
        has no phone|does not have|does not have a phone|pas de téléphone|sans téléphone
        sin teléfono|no tiene|sem telefone|não tem|لا يوجد|لا يوجد هاتف|फोन छैन|फोन नभएको
        ফোন নেই|hana simu|немає|0|00|000|0000000000"""
    )
)

_MONTH_NAMES = (
    """january|jan|janvier|janv|enero|ene|janeiro|januar|يناير|जनवरी|জানুয়ারি|січень|січня
    januari|كانون""",
    """february|feb|février|févr|fév|febrero|fevereiro|fev|februar|فبراير|फेब्रुअरी|फरवरी
    ফেব্রুয়ারি|лютий|лютого|februari|شباط""",
    """march|mar|mars|marzo|março|märz|مارس|मार्च|মার্চ|березень|березня|machi|آذار""",
    """april|apr|avril|avr|abril|abr|أبريل|ابريل|अप्रिल|अप्रैल|এপ্রিল|квітень|квітня|aprili
    نيسان""",
    """may|mai|mayo|maio|مايو|मे|मई|মে|травень|травня|mei|أيار""",
    """june|jun|juin|junio|junho|juni|يونيو|जुन|जून|জুন|червень|червня|حزيران""",
    """july|jul|juillet|juil|julio|julho|juli|يوليو|जुलाई|জুলাই|липень|липня|julai|تموز""",
    """august|aug|août|aout|agosto|ago|أغسطس|اغسطس|अगस्ट|अगस्त|আগস্ট|серпень|серпня|agosti|آب""",
    """september|sep|sept|septembre|septiembre|setembro|set|سبتمبر|सेप्टेम्बर|सितंबर|সেপ্টেম্বর
    вересень|вересня|septemba|أيلول""",
    """october|oct|octobre|octubre|outubro|out|oktober|okt|أكتوبر|اكتوبر|अक्टोबर|अक्टूबर
    অক্টোবর|жовтень|жовтня|oktoba""",
    """november|nov|novembre|noviembre|novembro|نوفمبر|नोभेम्बर|नवंबर|নভেম্বর|листопад
    листопада|novemba""",
    """december|dec|décembre|déc|diciembre|dic|dezembro|dez|dezember|ديسمبر|डिसेम्बर|दिसंबर
    ডিসেম্বর|грудень|грудня|desemba""",
)
MONTHS = {word: number for number, names in enumerate(_MONTH_NAMES, 1) for word in _words(names)}
