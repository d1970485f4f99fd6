"""Common names in many scripts, and putting them together by chance, the commoner ones more often."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import TypeVar

Thing = TypeVar("Thing")

FEMALE, MALE = "FEMALE", "MALE"


@dataclass(frozen=True)
class Tongue:
    """The names of one language, each list beginning with the commonest.

    `middle` holds words that may stand between given and family name, women's and men's. `joint` is what
    stands between the parts; `family_first` their order.
    """

    women: tuple[str, ...]
    men: tuple[str, ...]
    families: tuple[str, ...]
    middle: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    joint: str = " "
    family_first: bool = False

    def name(self, chance: Random, gender: str) -> str:
        """A full name for a woman or a man (`FEMALE`, `MALE`)."""
        female = gender == FEMALE
        parts = [often_first(chance, self.women if female else self.men)]
        middle = self.middle[0 if female else 1]
        if middle and chance.random() < 0.5:
            parts.append(often_first(chance, middle))
        parts.append(often_first(chance, self.families))
        return self.joint.join(reversed(parts) if self.family_first else parts)


def often_first(chance: Random, things: Sequence[Thing]) -> Thing:
    """One of the things, the first ones more often than the last."""
    return things[int(len(things) * chance.random() ** 1.6)]


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


NEPALI = Tongue(
    _words(
        """Sita Maya Gita Laxmi Sunita Devi Radha Kamala Anita Bimala Sarita Mina Parbati Saraswati Durga Manju
        Goma Asha Rupa Sabina Puja Kalpana Tara Indira Shanti Ganga Nirmala Renu Susmita Binita Dil Phulmaya
        Dolma Lhamu Pasang Roshani Samjhana Srijana Urmila Yamuna"""
    ),
    _words(
        """Ram Hari Krishna Bishnu Shyam Gopal Dipak Rajesh Suresh Ramesh Mohan Prakash Santosh Bikash Binod Dinesh
        Ganesh Kumar Keshav Lok Man Narayan Om Purna Rabindra Sagar Tek Umesh Yubraj Arjun Bhim Chandra Dorje Pemba
        Mingma Nima Tenzing Sanjay Anil Kiran"""
    ),
    _words(
        """Shrestha Tamang Gurung Rai Magar Thapa Sharma Chaudhary Karki Tharu Yadav Limbu Adhikari Khadka Basnet
        Sherpa Poudel Bhattarai Acharya Dahal Ghimire K.C. Lama Maharjan Mahato Mandal Neupane Nepali Pariyar Regmi
        Sah Sarki Subedi Sunuwar Thakuri Upreti Bohara Budha Dangol Gautam Joshi Koirala Malla Oli Pun Rana Rijal
        Shahi Sunar Bishwakarma"""
    ),
    middle=(_words("Kumari Maya Devi Rani"), _words("Bahadur Prasad Kumar Raj Lal")),
)
DEVANAGARI = Tongue(
    _words(
        """सीता माया गीता लक्ष्मी सुनिता राधा कमला अनिता बिमला सरिता मीना पार्वती सरस्वती दुर्गा मञ्जु आशा रुपा पूजा कल्पना
        तारा इन्दिरा शान्ति गंगा निर्मला"""
    ),
    _words(
        """राम हरि कृष्ण विष्णु श्याम गोपाल दीपक राजेश सुरेश रमेश मोहन प्रकाश सन्तोष विकास विनोद दिनेश गणेश केशव नारायण
        अर्जुन भीम चन्द्र अनिल किरण"""
    ),
    _words(
        """श्रेष्ठ तामाङ गुरुङ राई मगर थापा शर्मा चौधरी कार्की थारु यादव लिम्बु अधिकारी खड्का बस्नेत शेर्पा पौडेल
        भट्टराई आचार्य दाहाल घिमिरे के.सी. लामा महर्जन"""
    ),
    middle=(_words("कुमारी माया देवी"), _words("बहादुर प्रसाद कुमार")),
)
BENGALI = Tongue(
    _words(
        """ফাতেমা আয়েশা রহিমা সালমা নাসরিন শিরিন রোকেয়া হাসিনা মরিয়ম জাহানারা তাসলিমা নূরজাহান পারভীন শাহিদা রাবেয়া
        কুলসুম মাহমুদা সুফিয়া আনোয়ারা লাইলি"""
    ),
    _words(
        """মোহাম্মদ আব্দুল রহিম করিম হাসান হোসেন জামাল কামাল রফিক শফিক নুরুল আমিনুল ইব্রাহিম ইসমাইল জহির মনির সেলিম
        শাহীন তারেক বশির"""
    ),
    _words(
        """ইসলাম হোসেন রহমান আহমেদ আলী মিয়া চৌধুরী উদ্দিন শেখ মণ্ডল সরকার দাস বিশ্বাস তালুকদার মোল্লা
        হাওলাদার ভূঁইয়া সিকদার"""
    ),
)
ARABIC = Tongue(
    _words(
        """فاطمة عائشة مريم زينب خديجة نورة سارة أمل هدى سلمى ليلى رقية حليمة جميلة سميرة نجوى هناء إيمان رحمة
        بشرى"""
    ),
    _words(
        """محمد أحمد علي حسن عبدالله إبراهيم يوسف صالح خالد سعيد ناصر عمر حسين سالم فهد ياسر طارق جمال مصطفى
        بلال"""
    ),
    _words(
        """الحداد الصنعاني العمري الشامي النجار الخياط القاضي السقاف الحكيمي المقطري الزبيدي العولقي الأهدل باوزير
        الشرعبي الحضرمي البنا العطاس المطري الكبسي"""
    ),
    middle=((), _words("عبدالرحمن أحمد علي محمد صالح")),
)
AMHARIC = Tongue(
    _words(
        """አልማዝ ትዕግስት ሰላም ብርቱካን ሄለን ማርታ ፀሐይ አበባ ዘነበች ሙሉ አስቴር ወርቅነሽ ፍቅርተ ገነት ሳራ መሠረት ራሄል እመቤት ዓለም
        ብዙነሽ"""
    ),
    _words("""አበበ ተስፋዬ ከበደ ዳዊት ሰለሞን ዮሐንስ ገብረ መኮንን ታደሰ ኃይሉ ግርማ በቀለ አለሙ ሙሉጌታ ዘነበ ፍቃዱ ብርሃኑ ወንድሙ ለማ ሽመልስ"""),
    _words("""አበበ ተስፋዬ ከበደ በቀለ ታደሰ ወልደማርያም ገብረሥላሴ ኃይለማርያም ተክሌ ዓለሙ መንግሥቱ ደምሴ ወርቁ አየለ ካሣ ንጉሤ ሞላ ተሰማ አሰፋ ይርጋ"""),
)
KHMER = Tongue(
    _words("ស្រីមុំ សុភា ចន្ធី ស្រីពៅ មាលា បុប្ផា សុខា រតនា ធីតា ណារី កល្យាណ សុជាតា វណ្ណា ចាន់ថា ស្រីល័ក្ខ លីដា"),
    _words("សុខ វិសាល ចាន់ណា រតនៈ ដារ៉ា សម្បត្តិ វុទ្ធី ពិសិដ្ឋ សុភ័ក្រ បូរី ច័ន្ទ ឧត្តម រិទ្ធី សំណាង វិចិត្រ ហេង"),
    _words("សុខ ចាន់ ជា គឹម លី ហេង ម៉ៅ នួន ប៉ែន រស់ សៅ តាំង ឡុង យិន ញ៉ែម ខៀវ"),
    family_first=True,
)
UKRAINIAN = Tongue(
    _words(
        """Олена Наталія Тетяна Ірина Оксана Світлана Людмила Марія Ганна Галина Надія Юлія Катерина Валентина Любов
        Лариса Вікторія Ніна Їванна Зоряна"""
    ),
    _words(
        """Олександр Сергій Володимир Андрій Микола Іван Віктор Юрій Василь Петро Дмитро Михайло Анатолій Олег Богдан
        Тарас Ярослав Роман Євген Григорій"""
    ),
    _words(
        """Шевченко Бондаренко Коваленко Ткаченко Кравченко Олійник Лисенко Мороз Савченко Руденко Петренко Марченко
        Гаврилюк Павлюк Поліщук Ковальчук Захарчук Дячук Їжак Щербина"""
    ),
)
CHINESE = Tongue(
    _words("秀英 桂英 美玲 丽华 淑芬 玉兰 小红 雅琴 慧敏 春梅 月娥 金凤 雪梅 素珍 婉婷 佩珊"),
    _words("伟 志明 建国 国强 文杰 俊杰 家豪 永福 金水 天福 大伟 志强 明辉 宗翰 德华 福生"),
    _words("陈 林 黄 李 王 张 刘 吴 蔡 杨 许 郑 谢 郭 洪 曾 邱 廖 赖 周"),
    joint="",
    family_first=True,
)
TURKISH = Tongue(
    _words(
        "Ayşe Fatma Emine Hatice Zeynep Elif Meryem Şerife Zehra Sultan Hanife Gülşen Çiğdem Özlem Şükran Güler"
    ),
    _words(
        "Mehmet Mustafa Ahmet Ali Hüseyin Hasan İbrahim İsmail Osman Yusuf Ömer Çağlar Gökhan Şahin Uğur İlyas"
    ),
    _words(
        "Yılmaz Kaya Demir Çelik Şahin Yıldız Öztürk Aydın Özdemir Arslan Doğan Kılıç Çetin Koç Güneş Işık"
    ),
)
SPANISH = Tongue(
    _words(
        "María Ana Rosa Carmen Lucía Inés Mercedes Soledad Noemí Belén Ángela Yésica Concepción Marisol Dolores"
    ),
    _words(
        "José Juan Carlos Luis Ángel Jesús Ramón Óscar Raúl Martín Andrés Joaquín Íñigo Tomás Hernán Simón"
    ),
    _words(
        "Hernández López Martínez García Rodríguez Núñez Peña Ibáñez Zúñiga Muñoz Chávez Ordóñez Mejía Yáñez Güell"
    ),
    middle=(_words("del_Carmen Isabel Luz"), _words("Antonio Alberto Manuel")),
)
VIETNAMESE = Tongue(
    _words("Hoa Lan Hương Mai Nga Thủy Hằng Phượng Thảo Yến Ngọc Trang Tuyết Đào Liên Bích"),
    _words("Dũng Hùng Minh Tuấn Sơn Hải Long Đức Thành Phúc Khánh Bảo Quân Thắng Lộc Đạt"),
    _words("Nguyễn Trần Lê Phạm Huỳnh Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đinh Trịnh Đoàn"),
    middle=(_words("Thị Ngọc Kim"), _words("Văn Hữu Đức")),
    family_first=True,
)

MIXED = (
    (NEPALI, 46),
    (DEVANAGARI, 14),
    (BENGALI, 7),
    (ARABIC, 8),
    (UKRAINIAN, 6),
    (TURKISH, 4),
    (SPANISH, 4),
    (VIETNAMESE, 4),
    (AMHARIC, 3),
    (KHMER, 2),
    (CHINESE, 2),
)
"""Languages with their share of a hundred in a crowd."""


def distinct_names(count: int, seed: int) -> list[tuple[str, str]]:
    """So many different names with their genders, in many scripts, the common ones mostly at the beginning."""
    chance = Random(seed)  # noqa: S311 -- repeatable on purpose, protects nothing
    tongues, shares = zip(*MIXED, strict=True)
    names: dict[str, str] = {}
    while len(names) < count:
        tongue = chance.choices(tongues, shares)[0]
        gender = FEMALE if chance.random() < 0.54 else MALE
        names.setdefault(tongue.name(chance, gender).replace("_", " "), gender)
    return list(names.items())
