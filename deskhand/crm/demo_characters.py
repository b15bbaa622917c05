"""People of the demo who are always there, for trying a job out by hand or in a test.

`python -m deskhand.crm.demo_characters` prints docs/demo-customers.md.
"""

from __future__ import annotations

from datetime import date

from deskhand.crm.demo_making import appointment, at, days, workshop_day
from deskhand.crm.demo_story import (
    Character,
    both,
    coming,
    delivered,
    home,
    left,
    on_pause,
    order,
    orders,
    sent_back,
    subscribed,
)
from deskhand.crm.records import CrmRecords
from deskhand.crm.types import Customer, OrderStatus, ParcelStatus, ReturnStatus

JO = home("14 Moor Road", "Leeds", "LS6 2AB")
SAM = home("3 Canal Walk", "Manchester", "M20 4WX")
PRIYA = home("27 Orchard Way", "Bristol", "BS3 1TF")
TOM = home("8 Castle Street", "Cardiff", "CF10 2NQ")
AISHA = home("41 Park Road", "Birmingham", "B15 3TR")
LEO = home("5 Quarry Hill", "Newcastle upon Tyne", "NE2 1AA")
GRACE = home("19 Garden Row", "Edinburgh", "EH9 1PR")
NIA = home("2 River Terrace", "Swansea", "SA1 3SN")
OLU = home("60 Victoria Street", "Glasgow", "G12 8QQ")
DEV = home("11 Wells Road", "Exeter", "EX4 6PX")
KATE = home("33 Elm Close", "Belfast", "BT7 1NN")

CHARACTERS = (
    Character(
        "C-900001",
        "Jo Bright",
        "jo.bright@example.com",
        JO,
        "FW-200101 came 5 days ago with a Skylark tent (blue, £249: above the limit for a refund) and a Glow "
        "lantern (yellow, £34).",
        orders=orders(
            order(
                "FW-200101",
                JO,
                OrderStatus.DELIVERED,
                8,
                ("Skylark tent", "blue"),
                ("Glow lantern", "yellow"),
                parcels=delivered("FW-200101", 5, "1", "2"),
            )
        ),
    ),
    Character(
        "C-900002",
        "Sam Okafor",
        "sam.okafor@example.com",
        SAM,
        "FW-200102 is being packed (Ember stove, Cast iron pan): it can be cancelled or sent elsewhere.",
        orders=orders(
            order("FW-200102", SAM, OrderStatus.PACKING, 1, ("Ember stove", "black"), ("Cast iron pan", None))
        ),
    ),
    Character(
        "C-900003",
        "Priya Nair",
        "priya.nair@example.com",
        PRIYA,
        "FW-200103 is under way in two parcels: the Tree hammock (blue) comes today, the Zinc planter tomorrow.",
        orders=orders(
            order(
                "FW-200103",
                PRIYA,
                OrderStatus.DISPATCHED,
                3,
                ("Tree hammock", "blue"),
                ("Zinc planter", "grey"),
                parcels=both(
                    coming("FW-200103", ParcelStatus.OUT_FOR_DELIVERY, 0, "1"),
                    coming("FW-200103", ParcelStatus.IN_TRANSIT, 1, "2", place=2),
                ),
            )
        ),
    ),
    Character(
        "C-900004",
        "Tom Hughes",
        "tom.hughes@example.org",
        TOM,
        "FW-200104 (Rain jacket) came 45 days ago, too long for a return. FW-200105 came 10 days ago: its Kettle "
        "is on its way back (RT-90000001, £32), its Enamel mug is not.",
        orders=orders(
            order(
                "FW-200104",
                TOM,
                OrderStatus.DELIVERED,
                49,
                ("Rain jacket", "navy"),
                parcels=delivered("FW-200104", 45, "1"),
            ),
            order(
                "FW-200105",
                TOM,
                OrderStatus.DELIVERED,
                14,
                ("Kettle", "blue"),
                ("Enamel mug", "white"),
                parcels=delivered("FW-200105", 10, "1", "2"),
            ),
        ),
        returns=sent_back("RT-90000001", "FW-200105", "32.00", ReturnStatus.AWAITING_PARCEL, 2, "too small"),
    ),
    Character(
        "C-900005",
        "Aisha Khan",
        "aisha.khan@example.com",
        AISHA,
        "The account is locked. FW-200106 (Sleeping bag) is under way.",
        locked=True,
        orders=orders(
            order(
                "FW-200106",
                AISHA,
                OrderStatus.DISPATCHED,
                2,
                ("Sleeping bag", "navy"),
                parcels=coming("FW-200106", ParcelStatus.IN_TRANSIT, 2, "1"),
            )
        ),
    ),
    Character(
        "C-900006",
        "Leo Marsh",
        "leo.marsh@example.com",
        LEO,
        "The email address is not verified. FW-200107 (Head torch) was placed today.",
        email_verified=False,
        orders=orders(order("FW-200107", LEO, OrderStatus.PLACED, 0, ("Head torch", "red"))),
    ),
    Character(
        "C-900007",
        "Grace Lin",
        "grace.lin@example.com",
        GRACE,
        "Three orders: FW-200108 (Fire pit) came 20 days ago, FW-200109 (Air bed) is delayed, FW-200110 (Solar "
        "lights, Trowel) was placed today.",
        orders=orders(
            order(
                "FW-200108",
                GRACE,
                OrderStatus.DELIVERED,
                24,
                ("Fire pit", "rust"),
                parcels=delivered("FW-200108", 20, "1"),
            ),
            order(
                "FW-200109",
                GRACE,
                OrderStatus.DISPATCHED,
                7,
                ("Air bed", "blue"),
                parcels=coming("FW-200109", ParcelStatus.DELAYED, 3, "1"),
            ),
            order("FW-200110", GRACE, OrderStatus.PLACED, 0, ("Solar lights", None), ("Trowel", None)),
        ),
    ),
    Character(
        "C-900008",
        "Marta Kowalska",
        "marta.kowalska@example.com",
        home("7 Kiln Lane", "York", "YO10 5DD"),
        "Fernway Refill Standard, active, next charge in 9 days. No orders.",
        subscription=subscribed("standard", 9),
    ),
    Character(
        "C-900009",
        "Ben Adeyemi",
        "ben.adeyemi@example.org",
        home("52 Abbey Road", "Sheffield", "S11 8YA"),
        "Fernway Refill Family, paused for another 25 days.",
        subscription=on_pause("family", 25),
    ),
    Character(
        "C-900010",
        "Chloe Dubois",
        "chloe.dubois@example.com",
        home("16 Hill View", "Brighton", "BN1 4GH"),
        "Had Fernway Refill Light, cancelled and ended 20 days ago.",
        subscription=left("light", 20),
    ),
    Character(
        "C-900011",
        "Raj Patel",
        "raj.patel@example.com",
        home("9 School Lane", "Leicester", "LE2 7LH"),
        "Has a tent repair on the workshop's third open day from today at 10:00 (AP-90000001).",
        appointments=lambda customer_id, today: [
            appointment("AP-90000001", customer_id, "tent-repair", "Alex", at(workshop_day(today, 3), 10))
        ],
    ),
    Character(
        "C-900012",
        "Emma Wilson",
        "emma.wilson@example.com",
        home("24 Station Road", "Oxford", "OX4 1XX"),
        "Has two appointments: a stove service on the second open day at 14:00 (AP-90000002) and a jacket "
        "re-proofing on the sixth at 11:00 (AP-90000003). Fernway Refill Light, next charge in 20 days.",
        appointments=lambda customer_id, today: [
            appointment("AP-90000002", customer_id, "stove-service", "Robin", at(workshop_day(today, 2), 14)),
            appointment("AP-90000003", customer_id, "jacket-reproofing", "Alex", at(workshop_day(today, 6), 11)),
        ],
        subscription=subscribed("light", 20),
    ),
    Character(
        "C-900013",
        "Nia Evans",
        "nia.evans@example.org",
        NIA,
        "FW-200113 (Water bottle) is cancelled; FW-200114 (Terracotta planter, Garden shears, Garden fork) was "
        "placed yesterday and can be cancelled.",
        orders=orders(
            order("FW-200113", NIA, OrderStatus.CANCELLED, 12, ("Water bottle", "steel")),
            order(
                "FW-200114",
                NIA,
                OrderStatus.PLACED,
                1,
                ("Terracotta planter", None),
                ("Garden shears", None),
                ("Garden fork", None),
            ),
        ),
    ),
    Character(
        "C-900014",
        "Olu Bello",
        "olu.bello@example.com",
        OLU,
        "FW-200115 came 2 days ago with two Glow lanterns (blue and green, £34 each) and a Fellside tent (£329).",
        orders=orders(
            order(
                "FW-200115",
                OLU,
                OrderStatus.DELIVERED,
                6,
                ("Glow lantern", "blue"),
                ("Glow lantern", "green"),
                ("Fellside tent", "green"),
                parcels=delivered("FW-200115", 2, "1", "2", "3"),
            )
        ),
    ),
    Character(
        "C-900015",
        "Harriet Stone",
        "harriet.stone@example.com",
        home("70 Lime Avenue", "Norwich", "NR2 3AB"),
        "An account and nothing else: no orders, no subscription, no appointments.",
    ),
    Character(
        "C-900016",
        "Dev Sharma",
        "dev.sharma@example.com",
        DEV,
        "FW-200116 came in part: the Camping stove 3 days ago, the Cast iron pot is delayed.",
        orders=orders(
            order(
                "FW-200116",
                DEV,
                OrderStatus.DISPATCHED,
                8,
                ("Camping stove", "silver"),
                ("Cast iron pot", "red"),
                parcels=both(
                    delivered("FW-200116", 3, "1"),
                    coming("FW-200116", ParcelStatus.DELAYED, 4, "2", place=2),
                ),
            )
        ),
    ),
    Character(
        "C-900017",
        "Kate Novak",
        "kate.novak@example.org",
        KATE,
        "The Waxed jacket of FW-200117 came back and £189 was refunded (RT-90000002, completed).",
        orders=orders(
            order(
                "FW-200117",
                KATE,
                OrderStatus.DELIVERED,
                30,
                ("Waxed jacket", "olive"),
                parcels=delivered("FW-200117", 26, "1"),
            )
        ),
        returns=sent_back("RT-90000002", "FW-200117", "189.00", ReturnStatus.COMPLETED, 18, "changed my mind"),
    ),
)


def character_records(today: date) -> CrmRecords:
    """Everything that the CRM knows of the characters, as of that day."""
    records = CrmRecords()
    for one in CHARACTERS:
        records.customers.append(
            Customer(
                id=one.id,
                name=one.name,
                email=one.email,
                address=one.address,
                email_verified=one.email_verified,
                locked=one.locked,
                since=today - days(400),
            )
        )
        records.orders += one.orders(one.id, today)
        records.returns += one.returns(today)
        records.appointments += one.appointments(one.id, today)
        subscription = one.subscription(one.id, today)
        if subscription is not None:
            records.subscriptions.append(subscription)
    return records


def document() -> str:
    """docs/demo-customers.md."""
    rows = [f"| {one.name} | {one.email} | {one.address.postcode} | {one.story} |" for one in CHARACTERS]
    return "\n".join(
        [
            "# Customers of the demo",
            "",
            "`deskhand db seed` makes 500 customers and 2,000 orders. These people are always among them, with dates",
            "that count from the day of seeding. Sign in to a conversation with the email and the postcode, or the",
            "email and an order number; codes that are sent to them appear in the development mailbox.",
            "",
            "Made by `python -m deskhand.crm.demo_characters`; do not edit.",
            "",
            "| Name | Email | Postcode | What is known of them |",
            "|---|---|---|---|",
            *rows,
            "",
        ]
    )


if __name__ == "__main__":
    print(document(), end="")
