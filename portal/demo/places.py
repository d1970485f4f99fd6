"""Districts with a point near their middle (degrees north and east), the more populous ones first."""

from typing import NamedTuple


class Place(NamedTuple):
    """A district: its name, and a point in it."""

    name: str
    latitude: float
    longitude: float


def _places(table: str) -> tuple[Place, ...]:
    rows = (line.rsplit(maxsplit=2) for line in table.strip().splitlines())
    return tuple(Place(name.strip(), float(latitude), float(longitude)) for name, latitude, longitude in rows)


NEPAL = _places(
    """
    Kathmandu 27.71 85.32
    Morang 26.66 87.46
    Rupandehi 27.57 83.45
    Jhapa 26.64 87.89
    Sunsari 26.65 87.17
    Sarlahi 26.96 85.57
    Kailali 28.71 80.83
    Dhanusha 26.82 85.99
    Rautahat 27.00 85.30
    Siraha 26.69 86.23
    Bara 27.08 85.06
    Kapilvastu 27.62 82.97
    Chitwan 27.53 84.45
    Mahottari 26.86 85.81
    Saptari 26.61 86.74
    Dang 28.00 82.40
    Parsa 27.16 84.74
    Kaski 28.28 83.87
    Banke 28.12 81.80
    Lalitpur 27.54 85.34
    Kanchanpur 28.91 80.33
    Bardiya 28.39 81.38
    Makwanpur 27.43 85.15
    Bhaktapur 27.67 85.43
    Surkhet 28.64 81.60
    Nawalparasi West 27.53 83.67
    Nawalpur 27.66 84.12
    Kavrepalanchok 27.55 85.63
    Dhading 27.98 84.92
    Udayapur 26.91 86.66
    Sindhuli 27.25 85.93
    Ilam 26.91 87.93
    Nuwakot 27.91 85.26
    Gorkha 28.28 84.69
    Sindhupalchok 27.88 85.68
    Tanahun 27.91 84.25
    Baglung 28.36 83.33
    Dailekh 28.84 81.71
    Syangja 28.03 83.80
    Achham 29.11 81.27
    Salyan 28.37 82.17
    Gulmi 28.07 83.29
    Palpa 27.82 83.66
    Pyuthan 28.09 82.85
    Baitadi 29.51 80.55
    Rolpa 28.38 82.64
    Doti 29.19 80.89
    Panchthar 27.15 87.81
    Dolakha 27.77 86.07
    Jajarkot 28.85 82.18
    Kalikot 29.20 81.75
    Arghakhanchi 27.95 83.05
    Rukum West 28.66 82.48
    Ramechhap 27.45 86.13
    Khotang 27.20 86.80
    Bajhang 29.77 81.25
    Dhankuta 26.98 87.33
    Sankhuwasabha 27.61 87.29
    Lamjung 28.26 84.43
    Bhojpur 27.20 87.05
    Okhaldhunga 27.31 86.42
    Bajura 29.61 81.48
    Dadeldhura 29.22 80.53
    Parbat 28.20 83.68
    Darchula 29.86 80.75
    Taplejung 27.57 87.79
    Jumla 29.28 82.19
    Solukhumbu 27.68 86.72
    Myagdi 28.55 83.42
    Tehrathum 27.12 87.55
    Mugu 29.64 82.28
    Rukum East 28.62 82.76
    Humla 30.03 81.95
    Rasuwa 28.17 85.39
    Dolpa 29.14 82.95
    Mustang 29.03 83.85
    Manang 28.65 84.17
    """
)

KOSHI = _places(
    """
    Biratnagar (Morang) 26.45 87.28
    Itahari (Sunsari) 26.66 87.27
    Dharan (Sunsari) 26.81 87.28
    Sundar Haraicha (Morang) 26.68 87.37
    Barahachhetra (Sunsari) 26.77 87.15
    Belbari (Morang) 26.66 87.44
    Urlabari (Morang) 26.67 87.61
    Pathari Shanischare (Morang) 26.66 87.56
    Inaruwa (Sunsari) 26.60 87.15
    Rangeli (Morang) 26.53 87.48
    Ratuwamai (Morang) 26.58 87.62
    Duhabi (Sunsari) 26.57 87.27
    Ramdhuni (Sunsari) 26.69 87.20
    Sunawarshi (Morang) 26.50 87.56
    Budhiganga (Morang) 26.53 87.30
    Katahari (Morang) 26.47 87.33
    Kanepokhari (Morang) 26.63 87.49
    Bhokraha Narsingh (Sunsari) 26.55 87.10
    Koshi (Sunsari) 26.55 87.03
    Letang (Morang) 26.73 87.50
    Harinagar (Sunsari) 26.49 87.16
    Dhanpalthan (Morang) 26.45 87.40
    Gramthan (Morang) 26.49 87.33
    Dewanganj (Sunsari) 26.46 87.10
    Gadhi (Sunsari) 26.55 87.22
    Kerabari (Morang) 26.76 87.44
    Miklajung (Morang) 26.76 87.62
    Jahada (Morang) 26.44 87.35
    Barju (Sunsari) 26.52 87.23
    """
)
"""Two districts by the river that floods, town by town."""

BANGLADESH = _places(
    """
    Kurigram 25.80 89.65
    Gaibandha 25.33 89.54
    Jamalpur 24.92 89.95
    Sunamganj 25.07 91.40
    Cox's Bazar 21.45 92.00
    """
)
YEMEN = _places(
    """
    Taʽizz 13.58 44.02
    Al Ḩudaydah 14.80 42.95
    Ma'rib 15.46 45.33
    Laḩij 13.06 44.88
    """
)
ETHIOPIA = _places(
    """
    Bahir Dar Zuria 11.57 37.36
    Dessie Zuria 11.13 39.64
    Sekota 12.63 39.03
    Jijiga 9.35 42.80
    """
)
CAMBODIA = _places(
    """
    Battambang 13.10 103.20
    Prey Veng 11.49 105.33
    Kampong Thom 12.71 104.89
    """
)
UKRAINE = _places(
    """
    Харківський район 49.95 36.25
    Сумський район 50.92 34.80
    Запорізький район 47.84 35.14
    Миколаївський район 46.97 32.00
    """
)
TURKIYE = _places(
    """
    Hatay 36.40 36.35
    Kahramanmaraş 37.58 36.94
    Adıyaman 37.76 38.28
    """
)
HONDURAS = _places(
    """
    Choluteca 13.30 -87.19
    Atlántida 15.70 -87.00
    Intibucá 14.31 -88.17
    """
)
VIET_NAM = _places(
    """
    Quảng Trị 16.75 107.19
    Quảng Bình 17.47 106.62
    Thừa Thiên Huế 16.46 107.59
    """
)
MALAYSIA = _places(
    """
    Kuala Krai 5.53 102.20
    Pasir Mas 6.05 102.14
    """
)
