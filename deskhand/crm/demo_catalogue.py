"""What Fernway sells, repairs and is called: the fixed part of the demo."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from deskhand.crm.types import Plan, Service

SERVICES = (
    Service("tent-repair", "Tent repair", 60, Decimal("35.00")),
    Service("stove-service", "Stove service", 60, Decimal("25.00")),
    Service("jacket-reproofing", "Jacket re-proofing", 30, Decimal("18.00")),
    Service("lantern-repair", "Lantern repair", 30, Decimal("15.00")),
    Service("knife-sharpening", "Knife sharpening", 30, Decimal("8.00")),
)
PLANS = (
    Plan("light", "Light", Decimal("9.00"), "four refills a month"),
    Plan("standard", "Standard", Decimal("15.00"), "seven refills a month"),
    Plan("family", "Family", Decimal("24.00"), "twelve refills a month"),
)
TECHNICIANS = ("Alex", "Robin")


@dataclass(frozen=True)
class Product:
    name: str
    price: Decimal
    colours: tuple[str, ...] = ()


def _product(name: str, price: str, *colours: str) -> Product:
    return Product(name, Decimal(price), colours)


PRODUCTS = (
    _product("Skylark tent", "249.00", "blue", "green", "orange"),
    _product("Fellside tent", "329.00", "green", "grey"),
    _product("Summit tent", "419.00", "red", "grey"),
    _product("Bell tent", "549.00", "cream"),
    _product("Ember stove", "79.00", "black", "red"),
    _product("Camping stove", "45.00", "silver"),
    _product("Glow lantern", "34.00", "yellow", "blue", "green"),
    _product("Head torch", "28.00", "black", "red"),
    _product("Solar lights", "22.50"),
    _product("Tree hammock", "59.00", "blue", "red", "green"),
    _product("Sleeping bag", "89.00", "navy", "red"),
    _product("Sleeping mat", "42.00", "grey", "green"),
    _product("Air bed", "54.00", "blue"),
    _product("Rain jacket", "119.00", "yellow", "navy", "green"),
    _product("Waxed jacket", "189.00", "olive", "brown"),
    _product("Terracotta planter", "26.00"),
    _product("Zinc planter", "38.00", "grey"),
    _product("Fire pit", "129.00", "black", "rust"),
    _product("Cast iron pan", "48.00"),
    _product("Cast iron pot", "95.00", "black", "red"),
    _product("Enamel mug", "9.50", "white", "blue", "green"),
    _product("Kettle", "32.00", "blue", "cream"),
    _product("Water bottle", "18.00", "blue", "red", "steel"),
    _product("Garden shears", "36.00"),
    _product("Garden fork", "44.00"),
    _product("Trowel", "14.00"),
    _product("Camp knife", "39.00"),
    _product("Axe", "58.00"),
    _product("Beeswax candles", "16.00"),
    _product("Tent pegs", "11.00"),
)

CARRIERS = ("Royal Mail", "DPD", "Evri")

_FIRST_NAMES = """
Amelia Arthur Ava Callum Charlotte Daniel Daisy Edward Ella Erin Ethan Farah Finn Freya George Hamza Hannah
Harry Ibrahim Imogen Isla Jack Jasmine Kai Leah Lewis Lily Lucas Maisie Maya Megan Mohammed Naomi Noah Nora
Oliver Oscar Poppy Ravi Rhys Rosie Ruby Sana Scarlett Sean Sienna Sofia Theo Tomasz Victor Willow Yusuf Zara Zoe
"""
_LAST_NAMES = """
Abbott Ahmed Baker Begum Bennett Campbell Carter Chen Clarke Collins Cooper Davies Edwards Fisher Fraser Gray
Green Hall Harris Hill Hussain Iqbal Jackson James Jenkins Jones Kaur King Lewis Lloyd Mackenzie Mason Mitchell
Moore Morgan Morris Murphy Murray Nowak Osborne Owen Parker Phillips Price Reid Roberts Scott Shaw Singh Smith
Taylor Thomas Walker Ward Watson White Wood Wright Young
"""
_STREETS = """
Abbey Road, Ash Grove, Bridge Street, Canal Walk, Chapel Lane, Church Street, Elm Close, Fern Bank, Garden Row,
Green Lane, High Street, Hill View, Kiln Lane, Lime Avenue, Mill Lane, Moor Road, Oak Drive, Orchard Way, Park
Road, Quarry Hill, River Terrace, School Lane, Station Road, Victoria Street, Wells Road, Willow Court
"""
FIRST_NAMES = tuple(_FIRST_NAMES.split())
LAST_NAMES = tuple(_LAST_NAMES.split())
STREETS = tuple(" ".join(name.split()) for name in _STREETS.split(","))
TOWNS = (
    ("Leeds", "LS"),
    ("York", "YO"),
    ("Manchester", "M"),
    ("Sheffield", "S"),
    ("Bristol", "BS"),
    ("Cardiff", "CF"),
    ("Newcastle upon Tyne", "NE"),
    ("Norwich", "NR"),
    ("Edinburgh", "EH"),
    ("Glasgow", "G"),
    ("Brighton", "BN"),
    ("Leicester", "LE"),
    ("Exeter", "EX"),
    ("Oxford", "OX"),
    ("Belfast", "BT"),
    ("Birmingham", "B"),
)
