"""Cups, glasses, coffee and tea."""

from __future__ import annotations

from core.catalogue.pictures.pen import INK, METAL, PAPER, WOOD, Pen, mix

GLASS = (206, 224, 230)
COFFEE = (92, 62, 46)


def mug(p: Pen) -> None:
    p.arc(70, 54, 15, 15, (-90, 90), p.d, 5)
    p.box(24, 30, 70, 82, p.c, r=7)
    p.oval(47, 31, 23, 5, p.d)
    p.oval(47, 31.5, 19, 3.4, COFFEE)
    p.box(30, 40, 35, 70, p.l, r=2.5)


def cup(p: Pen) -> None:
    p.poly("26 34, 74 34, 66 80, 34 80", p.c)
    p.oval(50, 35, 24, 6, p.l)
    p.oval(50, 36, 20, 4, COFFEE)
    p.box(33, 44, 37, 72, p.l, r=2)


def tumbler(p: Pen) -> None:
    p.poly("30 24, 70 24, 63 86, 37 86", p.c)
    p.box(27, 18, 73, 26, INK, r=3)
    p.line("58 18, 64 4", p.a, 3)
    p.poly("36 32, 42 32, 43 78, 40 78", p.l)
    p.poly("34 50, 66 50, 65 58, 35 58", p.d)


def thermos(p: Pen) -> None:
    p.box(34, 26, 66, 88, p.c, r=6)
    p.box(34, 12, 66, 30, METAL, r=5)
    p.box(34, 30, 66, 34, p.d)
    p.box(39, 40, 44, 80, p.l, r=2.5)


def glass(p: Pen) -> None:
    p.poly("30 22, 70 22, 64 84, 36 84", mix(p.c, GLASS, 0.45))
    p.poly("32 42, 68 42, 64 82, 36 82", mix(p.c, p.a, 0.25))
    p.line("38 28, 41 76", PAPER, 2)
    p.oval(50, 22, 20, 4, PAPER)


def wine_glass(p: Pen) -> None:
    for x in (34, 66):
        p.blob([(x - 13, 16), (x + 13, 16), (x + 13, 34), (x, 50), (x - 13, 34)], mix(p.c, GLASS, 0.5))
        p.blob([(x - 12, 30), (x + 12, 30), (x + 9, 42), (x, 49), (x - 9, 42)], (140, 46, 66))
        p.line([(x, 48), (x, 82)], mix(METAL, GLASS, 0.5), 2)
        p.oval(x, 83, 12, 3, mix(METAL, GLASS, 0.4))


def wine_tumbler(p: Pen) -> None:
    for x, tone in ((34, (140, 46, 66)), (68, (232, 205, 120))):
        p.blob([(x - 14, 30), (x + 14, 30), (x + 18, 56), (x + 8, 80), (x - 8, 80), (x - 18, 56)], mix(p.c, GLASS, 0.5))
        p.blob([(x - 15, 52), (x + 15, 52), (x + 13, 66), (x, 76), (x - 13, 66)], tone)
        p.line([(x - 9, 36), (x - 12, 50)], PAPER, 1.6)


def coupe(p: Pen) -> None:
    for x in (32, 68):
        p.pie(x, 28, 18, (0, 180), mix(p.c, GLASS, 0.4))
        p.pie(x, 30, 14, (0, 180), (240, 214, 150))
        p.line([(x, 45), (x, 82)], mix(METAL, GLASS, 0.4), 2)
        p.oval(x, 83, 12, 3, mix(METAL, GLASS, 0.4))


def beer(p: Pen) -> None:
    p.arc(68, 52, 14, 16, (-90, 90), GLASS, 5)
    p.box(26, 26, 68, 84, (226, 164, 62), r=5)
    for x, y in ((32, 26), (42, 21), (53, 22), (62, 26)):
        p.dot(x, y, 8, PAPER)
    p.box(33, 38, 38, 76, (240, 195, 110), r=2)


def bottle(p: Pen) -> None:
    p.box(34, 26, 66, 88, p.c, r=9)
    p.box(42, 16, 58, 28, p.d, r=2)
    p.box(40, 10, 60, 19, INK, r=3)
    p.arc(50, 9, 8, 6, (180, 360), INK, 2.6)
    p.box(39, 36, 44, 78, p.l, r=2.5)


def coffee_maker(p: Pen) -> None:
    p.box(20, 12, 76, 28, p.c, r=5)
    p.box(20, 20, 36, 84, p.c, r=3)
    p.box(18, 78, 82, 87, p.d, r=3)
    p.blob("44 44, 74 44, 78 62, 72 77, 46 77, 40 62", GLASS)
    p.blob("42 58, 76 58, 77 66, 72 76, 46 76, 41 66", COFFEE)
    p.arc(78, 58, 8, 10, (-80, 80), INK, 3)
    p.box(46, 28, 72, 34, INK, r=2)
    p.dot(28, 20, 2.6, p.a)


def french_press(p: Pen) -> None:
    p.line("48 6, 48 30", METAL, 2.4)
    p.dot(48, 8, 4.4, INK)
    p.arc(70, 58, 14, 18, (-90, 90), INK, 4)
    p.box(28, 30, 68, 84, GLASS, r=3)
    p.box(29, 50, 67, 83, COFFEE, r=2)
    p.box(26, 24, 70, 33, p.c, r=3)
    p.box(26, 80, 70, 86, p.c, r=2)
    p.box(26, 62, 70, 65, p.c)


def dripper(p: Pen) -> None:
    p.poly("24 18, 76 18, 58 46, 42 46", p.c)
    p.oval(50, 18, 26, 5, p.l)
    p.oval(50, 18, 21, 3.4, COFFEE)
    p.oval(50, 48, 24, 4, p.d)
    p.blob("34 54, 66 54, 74 78, 64 88, 36 88, 26 78", GLASS)
    p.blob("28 72, 72 72, 73 80, 64 87, 36 87, 27 80", COFFEE)


def moka(p: Pen) -> None:
    p.poly("34 18, 66 18, 60 48, 40 48", p.c)
    p.poly("40 50, 60 50, 70 86, 30 86", p.d)
    p.box(38, 46, 62, 52, METAL)
    p.poly("34 18, 24 22, 38 30", p.c)
    p.line("66 22, 82 24, 78 50", INK, 4)
    p.poly("36 18, 64 18, 50 8", p.d)
    p.dot(50, 8, 3, INK)


def grinder(p: Pen) -> None:
    p.line("50 16, 80 10", METAL, 3)
    p.dot(82, 10, 5, WOOD)
    p.pie(50, 36, 22, (180, 360), METAL)
    p.box(30, 36, 70, 84, p.c, r=3)
    p.box(36, 58, 64, 76, p.d, r=1)
    p.dot(50, 67, 2.6, METAL)


def whisk(p: Pen) -> None:
    for r in (4, 10, 16):
        p.arc(50, 32, r, 26, (0, 360), METAL, 1.8)
    p.box(46, 56, 54, 92, p.c if p.c != METAL else WOOD, r=4)


def spoon(p: Pen) -> None:
    for x, tone in ((30, p.c), (50, p.d), (70, p.c)):
        p.oval(x, 26, 9, 14, tone)
        p.box(x - 2.4, 34, x + 2.4, 90, tone, r=2)


def pitcher(p: Pen) -> None:
    p.blob("30 24, 66 24, 64 50, 72 74, 64 86, 34 86, 26 74, 34 50", p.c)
    p.poly("30 22, 18 28, 34 38", p.c)
    p.arc(72, 52, 14, 18, (-100, 80), p.d, 4)
    p.oval(49, 24, 17, 4, p.d)


def scale(p: Pen) -> None:
    p.box(12, 62, 88, 82, p.c, r=5)
    p.box(38, 67, 62, 77, INK, r=2)
    p.line("43 72, 57 72", (140, 210, 170), 2.4)
    p.blob("24 44, 76 44, 68 60, 32 60", METAL)
    p.dot(44, 38, 8, p.a)
    p.dot(56, 36, 8, mix(p.a, PAPER, 0.3))


def canister(p: Pen) -> None:
    p.box(28, 28, 72, 86, p.c, r=5)
    p.box(26, 18, 74, 31, WOOD, r=4)
    p.box(38, 44, 62, 64, PAPER, r=2)
    p.line("43 51, 57 51", INK, 1.6)
    p.line("43 57, 53 57", INK, 1.6)


def teapot(p: Pen) -> None:
    p.arc(78, 58, 13, 15, (-110, 100), p.d, 5)
    p.poly("30 52, 10 40, 8 46, 28 70", p.d)
    p.blob("24 62, 30 42, 50 34, 70 42, 76 62, 66 80, 34 80", p.c)
    p.oval(50, 37, 16, 4, p.d)
    p.dot(50, 30, 4, p.a)
    p.blob("32 52, 38 44, 44 42, 36 58", p.l)


def kettle(p: Pen) -> None:
    p.arc(50, 34, 24, 22, (190, 350), INK, 4.4)
    p.poly("28 56, 12 38, 18 34, 34 48", p.d)
    p.poly("34 36, 66 36, 76 82, 24 82", p.c)
    p.dot(50, 33, 4, INK)
    p.poly("36 46, 42 46, 36 76, 31 76", p.l)


SHAPES = {name: draw for name, draw in globals().items() if getattr(draw, "__module__", "") == __name__}
