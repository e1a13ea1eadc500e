"""Food by its package."""

from __future__ import annotations

from core.catalogue.pictures.pen import INK, LEAF, METAL, PAPER, WOOD, Pen, mix

GLASS = (206, 224, 230)


def jar(p: Pen) -> None:
    p.box(26, 28, 74, 86, p.c, r=8)
    p.box(28, 16, 72, 30, p.a, r=4)
    p.box(30, 46, 70, 70, PAPER, r=2)
    p.line("37 54, 63 54", p.d, 2.4)
    p.line("42 61, 58 61", METAL, 1.6)
    p.box(31, 34, 35, 44, p.l, r=2)


def can(p: Pen) -> None:
    p.box(26, 26, 74, 82, p.c)
    p.oval(50, 82, 24, 6, p.d)
    p.oval(50, 26, 24, 6, METAL)
    p.oval(50, 26, 19, 4.4, mix(METAL, PAPER, 0.4))
    p.box(26, 40, 74, 66, PAPER)
    p.dot(50, 53, 9, p.a)


def tin(p: Pen) -> None:
    p.box(18, 42, 82, 76, p.c)
    p.oval(50, 76, 32, 8, p.d)
    p.oval(50, 42, 32, 9, METAL)
    p.oval(50, 41, 28, 7, p.l)
    p.box(34, 54, 66, 72, PAPER, r=2)
    p.line("40 63, 60 63", p.d, 2)


def bag_food(p: Pen) -> None:
    p.poly("22 18, 78 18, 82 86, 18 86", p.c)
    p.box(20, 12, 80, 21, p.d, r=1)
    p.dot(50, 54, 19, PAPER)
    for x, y in ((44, 50), (55, 49), (49, 60)):
        p.blob([(x - 5, y), (x, y - 4), (x + 5, y), (x, y + 4)], p.a)


def coffee_bag(p: Pen) -> None:
    p.poly("26 22, 74 22, 78 88, 22 88", p.c)
    p.poly("26 22, 74 22, 68 10, 32 10", p.d)
    p.box(24, 20, 76, 26, p.l)
    p.box(32, 42, 68, 74, PAPER, r=3)
    p.oval(50, 56, 7, 10, (92, 62, 46))
    p.blob("50 47, 52 53, 48 58, 50 65, 49 58, 51 53", PAPER)


def flour(p: Pen) -> None:
    p.poly("26 20, 74 20, 76 86, 24 86", PAPER)
    p.poly("26 20, 74 20, 70 10, 30 10", mix(PAPER, METAL, 0.4))
    p.box(25, 40, 75, 68, p.c)
    p.line("50 64, 50 46", PAPER, 2)
    for y in (47, 52, 57):
        p.line([(50, y + 4), (44, y)], PAPER, 2)
        p.line([(50, y + 4), (56, y)], PAPER, 2)


def box_food(p: Pen) -> None:
    p.poly("72 18, 84 26, 84 82, 72 88", p.d)
    p.box(22, 16, 72, 88, p.c, r=1)
    p.box(22, 16, 72, 30, p.a)
    p.dot(47, 56, 17, PAPER)
    p.blob("38 56, 47 46, 57 54, 50 66, 40 64", p.a)


def box(p: Pen) -> None:
    p.poly("14 36, 50 24, 86 36, 50 50", p.l)
    p.poly("14 36, 50 50, 50 88, 14 74", p.c)
    p.poly("50 50, 86 36, 86 74, 50 88", p.d)
    p.poly("30 30, 66 44, 72 41, 36 28", p.a)


def tea_tin(p: Pen) -> None:
    p.box(26, 28, 74, 88, p.c, r=3)
    p.box(24, 20, 76, 32, p.d, r=3)
    p.box(42, 12, 58, 22, p.d, r=3)
    p.box(33, 44, 67, 74, PAPER, r=8)
    p.blob("50 50, 58 58, 50 70, 42 60", LEAF)
    p.line("50 54, 50 72", mix(LEAF, INK, 0.3), 1.4)


def chocolate(p: Pen) -> None:
    p.box(26, 10, 74, 60, (92, 62, 46), r=2)
    for i in range(3):
        for j in range(3):
            p.box(29 + i * 15, 13 + j * 15, 41 + i * 15, 25 + j * 15, (122, 84, 62), r=1)
    p.poly("24 44, 34 40, 46 45, 60 40, 76 45, 76 90, 24 90", p.c)
    p.box(34, 56, 66, 78, PAPER, r=2)
    p.line("40 64, 60 64", p.d, 2.4)
    p.line("44 71, 56 71", METAL, 1.6)


def candy_bag(p: Pen) -> None:
    p.poly("24 24, 76 24, 80 88, 20 88", mix(p.c, PAPER, 0.55))
    p.box(22, 12, 78, 30, p.c, r=1)
    tones = (p.a, p.c, (238, 193, 64), (98, 171, 88))
    for i in range(12):
        x, y = 31 + (i % 4) * 13, 46 + (i // 4) * 14
        p.dot(x + (i // 4) % 2 * 3, y, 5.6, tones[(i * 3) % 4])


def cookie(p: Pen) -> None:
    for x, y, r in ((40, 40, 24), (62, 64, 24)):
        p.dot(x, y, r, (206, 152, 88))
        p.dot(x - 1, y - 2, r - 3, (222, 172, 108))
        for dx, dy in ((-9, -6), (4, -10), (10, 4), (-4, 8), (-12, 6)):
            p.dot(x + dx, y + dy, 2.8, (92, 62, 46))


def chips(p: Pen) -> None:
    p.poly("24 14, 76 14, 80 88, 20 88", p.c)
    for i in range(8):
        p.poly([(24 + i * 6.5, 14), (27 + i * 6.5, 9), (30.5 + i * 6.5, 14)], p.d)
    p.blob("30 56, 42 44, 58 46, 64 60, 50 72, 34 70", (240, 200, 100))
    p.blob("46 50, 62 40, 72 52, 66 68, 52 66", (250, 216, 124))
    p.box(30, 22, 70, 36, PAPER, r=6)


def popcorn(p: Pen) -> None:
    for x, y in ((30, 34), (42, 26), (54, 30), (66, 26), (72, 36), (48, 38), (60, 40), (36, 42)):
        p.dot(x, y, 8, (250, 236, 190))
        p.dot(x + 2, y + 2, 3, (240, 205, 120))
    p.poly("22 42, 78 42, 70 88, 30 88", PAPER)
    for i in range(4):
        left = 25 + i * 14.5
        p.poly([(left, 42), (left + 7, 42), (18.2 + left * 0.74, 88), (13 + left * 0.74, 88)], p.c)


def squeeze_pouch(p: Pen) -> None:
    p.box(43, 8, 57, 22, p.a, r=3)
    p.blob("34 24, 66 24, 74 50, 74 86, 26 86, 26 50", p.c)
    p.dot(50, 56, 14, PAPER)
    p.dot(50, 58, 8, (201, 59, 59))
    p.line("50 52, 54 46", LEAF, 2.4)


def bottle_oil(p: Pen) -> None:
    p.box(44, 8, 56, 34, p.d, r=2)
    p.box(43, 6, 57, 15, INK, r=2)
    p.blob("44 30, 56 30, 66 44, 66 84, 60 88, 40 88, 34 84, 34 44", p.c)
    p.box(36, 52, 64, 76, PAPER, r=1)
    p.blob("50 57, 55 65, 50 71, 45 65", p.a)


def wine_bottle(p: Pen) -> None:
    p.box(44, 8, 56, 40, p.d, r=2)
    p.box(43, 6, 57, 20, p.a, r=2)
    p.blob("44 34, 56 34, 65 48, 65 86, 60 90, 40 90, 35 86, 35 48", p.c)
    p.box(36, 56, 64, 78, PAPER)
    p.line("42 64, 58 64", p.d, 2)
    p.line("44 70, 56 70", METAL, 1.6)


def soda(p: Pen) -> None:
    for x, tone in ((34, p.c), (66, p.a)):
        p.box(x - 5, 14, x + 5, 36, tone, r=2)
        p.box(x - 6, 10, x + 6, 17, METAL, r=2)
        p.box(x - 13, 32, x + 13, 88, tone, r=8)
        p.box(x - 13, 52, x + 13, 72, PAPER)
        p.dot(x, 62, 6, (238, 193, 64))


def carton(p: Pen) -> None:
    p.box(30, 34, 70, 88, p.c)
    p.poly("30 34, 70 34, 62 18, 38 18", p.d)
    p.box(36, 12, 64, 20, p.l)
    p.box(54, 22, 64, 30, p.a, r=2)
    p.box(34, 50, 66, 74, PAPER, r=3)
    p.dot(50, 62, 8, p.a)


def pasta(p: Pen) -> None:
    p.box(26, 14, 74, 88, p.c, r=2)
    p.box(32, 44, 68, 78, mix(GLASS, PAPER, 0.5), r=4)
    for i in range(8):
        p.line([(35 + i * 4.2, 48), (35 + i * 4.2, 75)], (238, 200, 110), 2.2)
    p.box(32, 22, 68, 36, PAPER, r=2)
    p.line("38 29, 62 29", p.d, 2.4)


def spice(p: Pen) -> None:
    for x, tone in ((30, (178, 70, 46)), (50, (212, 160, 47)), (70, (110, 120, 66))):
        p.box(x - 9, 34, x + 9, 84, GLASS, r=3)
        p.box(x - 9, 46, x + 9, 84, tone, r=3)
        p.box(x - 10, 24, x + 10, 36, p.c, r=2)
        p.box(x - 7, 56, x + 7, 70, PAPER)


def hamper(p: Pen) -> None:
    p.box(34, 16, 44, 52, mix(LEAF, INK, 0.35), r=3)
    p.box(48, 24, 64, 52, p.a, r=3)
    p.dot(72, 42, 10, (201, 59, 59))
    p.poly("12 46, 88 46, 80 86, 20 86", WOOD)
    for i in range(4):
        p.line([(15 + i * 1.6, 54 + i * 8), (85 - i * 1.6, 54 + i * 8)], mix(WOOD, INK, 0.25), 1.4)
    p.box(10, 43, 90, 50, mix(WOOD, INK, 0.18), r=3)
    p.poly("50 50, 36 42, 36 58", p.c)
    p.poly("50 50, 64 42, 64 58", p.c)


def lollipop(p: Pen) -> None:
    p.line("50 44, 50 92", PAPER, 3.4)
    p.heart(50, 36, 25, p.c)
    p.heart(50, 36, 15, p.l)
    p.heart(50, 36, 8, p.c)


def fruit(p: Pen) -> None:
    p.dot(36, 56, 22, (201, 59, 59))
    p.dot(64, 60, 20, (232, 130, 47))
    p.line("36 36, 40 22", WOOD, 3)
    p.blob("40 26, 54 18, 60 24, 48 30", LEAF)
    p.line("64 42, 64 78", PAPER, 2)
    p.dot(29, 48, 4, mix((201, 59, 59), PAPER, 0.5))


def kibble(p: Pen) -> None:
    p.poly("24 14, 76 14, 80 88, 20 88", p.c)
    p.box(22, 10, 78, 18, p.d, r=1)
    p.box(30, 46, 70, 80, PAPER, r=4)
    p.oval(50, 67, 8, 6.4, p.d)
    for x, y in ((40, 60), (46, 54), (54, 54), (60, 60)):
        p.dot(x, y, 3.2, p.d)
    p.line("34 30, 66 30", PAPER, 5)


def sack(p: Pen) -> None:
    p.blob("26 22, 74 22, 82 56, 78 86, 22 86, 18 56", p.c)
    p.blob("30 10, 70 10, 66 24, 34 24", p.d)
    p.line("30 24, 70 24", p.a, 3)
    p.box(32, 44, 68, 70, PAPER, r=3)
    p.blob("50 49, 58 58, 50 66, 42 58", p.a)


def seed_packet(p: Pen) -> None:
    p.box(26, 14, 74, 88, p.c, r=2)
    p.box(26, 14, 74, 24, p.d)
    p.box(32, 32, 68, 78, PAPER, r=2)
    p.line("50 76, 50 54", LEAF, 2.4)
    for x, y in ((42, 48), (58, 48), (50, 40), (45, 57), (55, 57)):
        p.dot(x, y, 6, p.a)
    p.dot(50, 49, 5, (238, 193, 64))


SHAPES = {name: draw for name, draw in globals().items() if getattr(draw, "__module__", "") == __name__}
