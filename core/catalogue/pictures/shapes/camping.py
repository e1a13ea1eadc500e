"""Camping and the barbecue."""

from __future__ import annotations

from core.catalogue.pictures.pen import GLOW, INK, METAL, PAPER, WOOD, Pen, mix

EMBER = (238, 140, 54)


def tent(p: Pen) -> None:
    p.blob("6 82, 30 34, 50 20, 70 34, 94 82, 50 84", p.c)
    p.poly("50 20, 94 82, 70 83", p.d)
    p.blob("50 34, 68 82, 32 82", mix(p.d, INK, 0.45))
    p.poly("50 34, 66 82, 54 82", p.l)
    p.line("30 34, 8 86", p.a, 1)
    p.line("70 34, 92 86", p.a, 1)


def teepee(p: Pen) -> None:
    for x in (42, 50, 58):
        p.line([(x, 6), (50 + (50 - x) * 0.4, 20)], WOOD, 2.6)
    p.poly("50 16, 88 86, 12 86", p.c)
    p.poly("50 16, 60 34, 40 34", p.d)
    p.poly("50 42, 66 86, 34 86", mix(p.d, INK, 0.3))
    p.poly("50 42, 44 64, 34 86", p.l)
    for x in (28, 40, 60, 72):
        p.star(x, 76 - abs(50 - x) * 0.2, 3, p.a)


def canopy(p: Pen) -> None:
    p.poly("50 14, 92 42, 8 42", p.c)
    p.poly("50 14, 62 42, 38 42", p.l)
    p.box(8, 40, 92, 47, p.d)
    for x in (12, 86):
        p.line([(x + 1, 47), (x + 1, 88)], METAL, 2.6)


def sleeping_bag(p: Pen) -> None:
    p.blob("30 18, 50 10, 70 18, 76 44, 66 88, 34 88, 24 44", p.c)
    p.oval(50, 26, 17, 13, p.d)
    p.oval(50, 28, 13, 9, mix(p.a, PAPER, 0.55))
    p.line("66 40, 60 84", PAPER, 1.4)
    for y in (50, 62, 74):
        p.arc(48, y - 4, 20, 6, (20, 160), p.d, 1.3)


def mat(p: Pen) -> None:
    p.poly("10 66, 66 66, 90 82, 22 82", p.c)
    p.oval(18, 56, 13, 13, p.d)
    p.box(16, 43, 66, 69, p.c, r=4)
    p.oval(66, 56, 9, 13, p.l)
    p.oval(66, 56, 5, 8, p.d)
    p.oval(66, 56, 2, 4, p.l)


def lantern(p: Pen) -> None:
    p.arc(50, 26, 16, 18, (180, 360), INK, 2.6)
    p.oval(50, 54, 36, 30, mix(GLOW, PAPER, 0.6))
    p.poly("36 22, 64 22, 70 34, 30 34", p.c)
    p.box(33, 34, 67, 70, mix(GLOW, PAPER, 0.2), r=3)
    p.blob("50 42, 57 54, 50 64, 43 54", EMBER)
    for x in (34, 64):
        p.line([(x + 1, 34), (x + 1, 70)], p.d, 2)
    p.box(28, 69, 72, 84, p.c, r=4)


def flashlight(p: Pen) -> None:
    p.poly("8 30, 30 44, 30 58, 8 74", mix(GLOW, PAPER, 0.35))
    p.poly("30 36, 46 42, 46 60, 30 66", p.d)
    p.box(44, 42, 90, 60, p.c, r=4)
    p.box(58, 40, 68, 46, p.a, r=2)
    p.line("76 44, 76 58", p.d, 1.6)
    p.line("82 44, 82 58", p.d, 1.6)


def headlamp(p: Pen) -> None:
    p.arc(50, 50, 36, 22, (0, 360), p.c, 7)
    p.box(34, 50, 66, 80, p.d, r=7)
    p.dot(50, 65, 11, GLOW)
    p.dot(50, 65, 6, PAPER)


def camp_stove(p: Pen) -> None:
    p.box(10, 52, 90, 80, p.c, r=4)
    p.poly("10 52, 90 52, 84 24, 16 24", p.d)
    for x in (30, 70):
        p.oval(x, 52, 15, 4, INK)
        p.blob([(x - 7, 50), (x - 3, 40), (x, 46), (x + 4, 36), (x + 7, 50)], (90, 150, 220))
        p.dot(x, 67, 4.4, INK)


def fire_pit(p: Pen) -> None:
    p.blob("28 50, 34 30, 44 36, 50 12, 62 32, 70 28, 72 50", EMBER)
    p.blob("38 50, 44 38, 50 28, 58 40, 62 50", GLOW)
    p.pie(50, 48, 38, (0, 180), p.c)
    p.box(10, 46, 90, 52, p.d, r=2)
    p.line("30 80, 24 90", p.d, 3)
    p.line("70 80, 76 90", p.d, 3)


def cooler(p: Pen) -> None:
    p.arc(50, 34, 32, 18, (180, 360), p.d, 4)
    p.box(10, 32, 90, 46, PAPER, r=4)
    p.box(14, 44, 86, 84, p.c, r=5)
    p.box(43, 40, 57, 52, p.d, r=2)
    p.line("24 62, 76 62", p.l, 2)


def camp_chair(p: Pen) -> None:
    p.line("22 88, 74 46", INK, 3)
    p.line("78 88, 26 46", INK, 3)
    p.poly("24 14, 76 14, 72 52, 28 52", p.c)
    p.poly("28 50, 72 50, 82 64, 18 64", p.d)
    p.line("18 42, 18 66", INK, 3)
    p.line("82 42, 82 66", INK, 3)
    p.line("12 42, 26 42", p.c, 5)
    p.line("74 42, 88 42", p.c, 5)


def folding_table(p: Pen) -> None:
    p.line("20 46, 72 88", p.d, 3)
    p.line("80 46, 28 88", p.d, 3)
    p.poly("18 36, 82 36, 94 47, 6 47", p.c)
    p.box(6, 46, 94, 50, p.d, r=1)
    for x in (34, 50, 66):
        p.line([(50 + (x - 50) * 0.9, 37), (50 + (x - 50) * 1.2, 46)], p.d, 1)


def backpack(p: Pen) -> None:
    p.arc(50, 18, 9, 9, (180, 360), p.d, 3.4)
    p.box(14, 48, 30, 78, p.d, r=6)
    p.box(70, 48, 86, 78, p.d, r=6)
    p.box(24, 16, 76, 88, p.c, r=15)
    p.box(32, 54, 68, 82, p.d, r=6)
    p.line("36 60, 64 60", PAPER, 1.5)
    p.line("30 44, 70 44", p.l, 2)
    p.box(46, 40, 54, 50, p.a, r=2)


def binoculars(p: Pen) -> None:
    for x in (30, 70):
        p.poly([(x - 9, 22), (x + 9, 22), (x + 16, 74), (x - 16, 74)], p.c)
        p.oval(x, 74, 16, 6, INK)
        p.oval(x, 74, 11, 3.6, (140, 190, 220))
        p.box(x - 10, 16, x + 10, 26, INK, r=3)
    p.box(42, 34, 58, 52, p.d, r=3)


def pegs(p: Pen) -> None:
    for x in (26, 42, 58, 74):
        p.line([(x, 24), (x, 78)], p.c, 3)
        p.poly([(x - 1.6, 78), (x + 1.6, 78), (x, 90)], p.d)
        p.arc(x + 3, 22, 4, 5, (150, 400), p.a, 3)


def rope(p: Pen) -> None:
    for r in (30, 22, 14):
        p.arc(50, 50, r, r * 0.8, (0, 360), p.c, 5)
        p.arc(50, 50, r, r * 0.8, (200, 320), p.l, 2)
    p.line("44 22, 50 80", p.d, 6)


def mallet(p: Pen) -> None:
    p.line("50 40, 50 90", WOOD, 6)
    p.box(22, 16, 78, 44, p.c, r=5)
    p.box(22, 16, 32, 44, p.d, r=4)
    p.box(68, 16, 78, 44, p.d, r=4)


def poles(p: Pen) -> None:
    for x, dx in ((34, -8), (66, 8)):
        p.line([(x, 22), (x + dx, 86)], p.c, 3.4)
        p.line([(x, 10), (x - dx * 0.12, 26)], INK, 6)
        p.oval(x + dx * 0.9, 78, 7, 2.4, p.d)


def skewers(p: Pen) -> None:
    for x, y in ((26, 0), (50, -4), (74, 0)):
        p.line([(x, 20 + y), (x, 88)], WOOD if p.c != WOOD else METAL, 2)
        p.box(x - 8, 14 + y, x + 8, 28 + y, PAPER, r=4)
        p.box(x - 8, 30 + y, x + 8, 44 + y, (244, 226, 200), r=4)


def kettle_grill(p: Pen) -> None:
    p.line("36 58, 26 90", INK, 3)
    p.line("64 58, 74 90", INK, 3)
    p.line("30 78, 70 78", INK, 2)
    p.pie(50, 44, 34, (0, 180), p.c)
    p.pie(50, 40, 34, (180, 360), p.d)
    p.box(14, 40, 86, 45, METAL, r=1)
    p.box(43, 2, 57, 8, WOOD, r=2)
    p.dot(74, 88, 4.4, INK)


def gas_grill(p: Pen) -> None:
    p.box(20, 50, 80, 84, p.d, r=2)
    p.box(4, 46, 96, 53, METAL, r=2)
    p.blob("20 46, 24 24, 50 18, 76 24, 80 46", p.c)
    p.box(34, 34, 66, 38, METAL, r=2)
    for x in (34, 50, 66):
        p.dot(x, 60, 3.6, PAPER)
    p.dot(28, 87, 4, INK)
    p.dot(72, 87, 4, INK)


def tongs(p: Pen) -> None:
    p.line("50 14, 32 84", METAL, 5)
    p.line("50 14, 68 84", METAL, 5)
    p.dot(50, 14, 5, p.c if p.c != METAL else INK)
    p.blob("26 80, 36 78, 36 92, 28 92", METAL)
    p.blob("64 78, 74 80, 72 92, 64 92", METAL)


def thermometer(p: Pen) -> None:
    p.box(34, 12, 66, 42, p.c, r=6)
    p.box(39, 17, 61, 31, (190, 214, 190), r=2)
    p.line("44 24, 56 24", INK, 2.6)
    p.poly("46 42, 54 42, 51 92, 49 92", METAL)


SHAPES = {name: draw for name, draw in globals().items() if getattr(draw, "__module__", "") == __name__}
