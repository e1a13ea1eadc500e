"""Pets and babies."""

from __future__ import annotations

from core.catalogue.pictures.pen import GLOW, INK, LEAF, METAL, PAPER, WOOD, Pen, mix

EMBER = (238, 140, 54)


def baby_bottle(p: Pen) -> None:
    p.blob("50 6, 55 14, 60 24, 40 24, 45 14", (236, 196, 150))
    p.box(34, 22, 66, 34, p.c, r=4)
    p.box(31, 33, 69, 88, (222, 234, 238), r=10)
    p.box(32, 52, 68, 87, PAPER, r=9)
    for y in (44, 54, 64, 74):
        p.line([(56, y), (65, y)], p.d, 1.4)


def pacifier(p: Pen) -> None:
    p.dot(50, 24, 13, (236, 196, 150))
    p.blob("14 52, 30 38, 50 44, 70 38, 86 52, 70 66, 50 60, 30 66", p.c)
    p.arc(50, 72, 14, 14, (0, 360), p.d, 5)


def diaper(p: Pen) -> None:
    p.blob("10 34, 90 34, 86 54, 66 60, 60 80, 40 80, 34 60, 14 54", PAPER)
    p.box(8, 30, 92, 44, mix(p.a, PAPER, 0.45), r=4)
    p.poly("12 34, 24 34, 22 48, 14 48", p.a)
    p.poly("88 34, 76 34, 78 48, 86 48", p.a)
    p.star(50, 37, 5, PAPER)


def stroller(p: Pen) -> None:
    p.line("80 26, 92 16", INK, 4)
    p.line("30 78, 62 56, 80 26", METAL, 3)
    p.line("72 78, 40 56", METAL, 3)
    p.pie(46, 44, 32, (180, 290), p.c)
    p.blob("14 44, 74 44, 66 64, 26 66", p.d)
    for x in (28, 74):
        p.arc(x, 80, 9, 9, (0, 360), INK, 4)


def car_seat(p: Pen) -> None:
    p.blob("30 10, 60 12, 64 52, 88 60, 86 80, 36 84, 24 60", p.c)
    p.blob("36 20, 54 20, 56 54, 78 64, 76 72, 42 74, 34 56", p.l)
    p.line("40 26, 52 64", INK, 3)
    p.line("54 26, 54 64", INK, 3)
    p.box(26, 82, 84, 90, p.d, r=3)


def rattle(p: Pen) -> None:
    p.dot(50, 32, 23, p.c)
    p.pie(50, 32, 23, (0, 180), p.a)
    p.line("28 32, 72 32", PAPER, 3)
    p.box(46, 54, 54, 78, WOOD, r=3)
    p.arc(50, 84, 8, 8, (0, 360), WOOD, 4)


def mobile(p: Pen) -> None:
    p.line("50 4, 50 20", INK, 1.6)
    p.line("16 26, 50 18, 84 26", WOOD, 3)
    for x, y in ((18, 58), (39, 68), (61, 62), (82, 54)):
        p.line([(x, 24), (x, y)], METAL, 1)
    p.star(18, 62, 10, GLOW)
    for dx, dy in ((-7, 2), (0, -3), (7, 2)):
        p.dot(39 + dx, 72 + dy, 7, PAPER)
    p.heart(61, 68, 9, p.a)
    p.dot(82, 60, 10, p.c)


def baby_gym(p: Pen) -> None:
    p.oval(50, 84, 44, 8, mix(p.c, PAPER, 0.3))
    p.line("14 84, 50 14, 86 84", WOOD, 4)
    p.line("26 62, 74 62", WOOD, 3)
    for x, tone in ((36, p.a), (50, (238, 193, 64)), (64, p.d)):
        p.line([(x, 62), (x, 70)], METAL, 1)
        p.dot(x, 73, 5, tone)


def dog_bowl(p: Pen) -> None:
    for x, y in ((36, 34), (48, 28), (60, 33), (42, 38), (56, 39)):
        p.dot(x, y, 6.4, (142, 98, 60))
    p.poly("20 42, 80 42, 92 78, 8 78", p.c)
    p.oval(50, 42, 30, 6, p.d)
    p.oval(50, 41, 25, 4, (142, 98, 60))
    p.blob("34 56, 40 60, 60 60, 66 56, 70 62, 66 68, 60 64, 40 64, 34 68, 30 62", PAPER)


def dog_bed(p: Pen) -> None:
    p.oval(50, 66, 44, 20, p.c)
    p.oval(50, 58, 36, 13, p.d)
    p.oval(50, 60, 31, 10, p.l)
    p.dot(50, 59, 5, p.d)
    for x, y in ((43, 53), (48, 50), (53, 50), (58, 53)):
        p.dot(x, y, 2.2, p.d)


def leash(p: Pen) -> None:
    p.arc(38, 34, 20, 22, (0, 360), p.c, 5)
    p.line("50 52, 66 62, 60 78, 76 86", p.c, 5)
    p.dot(76, 86, 5, METAL)
    p.box(46, 46, 56, 56, METAL, r=2)


def bone(p: Pen) -> None:
    p.line("30 62, 70 38", p.c, 15)
    for x, y in ((22, 58), (30, 72), (70, 28), (78, 42)):
        p.dot(x, y, 11, p.c)
    p.line("36 56, 60 42", p.l, 3)


def tennis_ball(p: Pen) -> None:
    p.dot(50, 52, 32, (206, 220, 70))
    p.arc(18, 52, 24, 30, (-60, 60), PAPER, 3.4)
    p.arc(82, 52, 24, 30, (120, 240), PAPER, 3.4)


def brush_clean(p: Pen) -> None:
    p.box(42, 46, 58, 92, p.c, r=6)
    p.box(20, 22, 80, 50, p.c, r=9)
    for i in range(9):
        p.line([(25 + i * 6.3, 22), (25 + i * 6.3, 10)], METAL, 2.4)
    p.box(46, 58, 54, 78, p.l, r=4)


def crate(p: Pen) -> None:
    p.box(12, 24, 88, 80, mix(p.c, PAPER, 0.65), r=4)
    for i in range(9):
        p.line([(14 + i * 9, 26), (14 + i * 9, 78)], p.c, 2)
    for y in (26, 52, 78):
        p.line([(12, y), (88, y)], p.c, 2.6)
    p.box(10, 78, 90, 86, p.d, r=2)


def carrier_pet(p: Pen) -> None:
    p.arc(50, 30, 22, 14, (180, 360), p.d, 4)
    p.box(10, 30, 90, 82, p.c, r=12)
    p.box(20, 42, 62, 72, INK, r=8)
    for i in range(4):
        p.line([(28 + i * 9, 43), (28 + i * 9, 71)], p.l, 1.6)
    p.line("72 38, 72 76", PAPER, 1.6)


def cat_tree(p: Pen) -> None:
    p.box(12, 82, 88, 90, p.c, r=3)
    p.box(26, 40, 34, 82, WOOD)
    p.box(64, 22, 72, 82, WOOD)
    for y in range(46, 82, 6):
        p.line([(26, y), (34, y)], mix(WOOD, INK, 0.2), 1)
    p.box(12, 34, 50, 42, p.c, r=3)
    p.box(50, 14, 90, 22, p.c, r=3)
    p.box(44, 58, 86, 82, p.d, r=5)
    p.dot(65, 71, 8, INK)


def mouse_toy(p: Pen) -> None:
    p.blob("14 66, 30 46, 58 42, 82 62, 70 76, 26 78", p.c)
    p.dot(56, 44, 9, p.d)
    p.dot(56, 45, 5, (244, 200, 200))
    p.dot(72, 60, 2.4, INK)
    p.dot(83, 63, 3, (232, 134, 165))
    p.arc(12, 54, 10, 16, (90, 260), p.d, 2.4)


def litter_box(p: Pen) -> None:
    p.box(14, 24, 86, 84, p.c, r=13)
    p.dot(50, 56, 19, INK)
    p.box(12, 78, 88, 88, p.d, r=4)
    p.box(40, 18, 60, 26, p.d, r=3)


def cat_bed(p: Pen) -> None:
    p.blob("12 78, 16 44, 50 20, 84 44, 88 78, 50 86", p.c)
    p.blob("28 74, 32 52, 50 40, 68 52, 72 74", mix(p.d, INK, 0.4))
    p.blob("34 74, 42 66, 58 66, 66 74", PAPER)


def hutch(p: Pen) -> None:
    p.poly("6 40, 50 16, 94 40", p.d)
    p.box(12, 40, 88, 82, p.c)
    p.box(18, 46, 60, 76, PAPER, r=1)
    for i in range(8):
        p.line([(20 + i * 5.4, 47), (20 + i * 5.4, 75)], METAL, 1.2)
    p.box(66, 50, 82, 82, p.d, r=7)
    p.box(16, 82, 21, 90, p.d)
    p.box(79, 82, 84, 90, p.d)


def fish_tank(p: Pen) -> None:
    p.box(10, 22, 90, 84, (190, 224, 240), r=4)
    p.box(10, 72, 90, 84, (226, 204, 160), r=3)
    p.box(8, 16, 92, 24, INK, r=3)
    p.line("24 74, 20 50", LEAF, 3)
    p.line("30 74, 32 44", LEAF, 3)
    p.blob("50 48, 62 40, 74 48, 62 56", EMBER)
    p.poly("72 48, 82 41, 82 55", EMBER)
    p.dot(57, 46, 1.6, INK)
    p.dot(46, 38, 2.4, PAPER)


def bird_cage(p: Pen) -> None:
    p.arc(50, 12, 5, 6, (0, 360), METAL, 2)
    p.arc(50, 46, 30, 28, (180, 360), p.c, 3)
    for x in (20, 35, 50, 65, 80):
        p.line([(x, 46 - (900 - (x - 50) ** 2) ** 0.5 * 0.9), (x, 82)], p.c, 2)
    p.box(16, 80, 84, 88, p.d, r=2)
    p.blob("42 62, 50 52, 60 58, 66 72, 50 70", (246, 203, 79))
    p.line("34 72, 70 72", WOOD, 2.4)


SHAPES = {
    name: draw
    for name, draw in globals().items()
    if getattr(draw, "__module__", "") == __name__ and not name.startswith("_")
}
