"""Baking, cooking and the table."""

from __future__ import annotations

from core.catalogue.pictures.pen import GLOW, INK, LEAF, METAL, PAPER, WOOD, Pen, mix

GLASS = (206, 224, 230)


def cookie_cutter(p: Pen) -> None:
    p.star(34, 40, 22, METAL)
    p.star(34, 40, 15, mix(p.a, PAPER, 0.75))
    p.heart(68, 62, 19, METAL)
    p.heart(68, 62, 13, mix(p.a, PAPER, 0.75))


def baking_set(p: Pen) -> None:
    p.line("20 80, 62 20", WOOD, 9)
    p.line("16 86, 24 74", p.c, 4)
    p.line("58 26, 68 12", p.c, 4)
    for r in (3, 7, 11):
        p.arc(72, 40, r, 17, (0, 360), METAL, 1.5)
    p.box(69, 56, 75, 86, p.c, r=3)
    p.star(44, 76, 11, p.a)


def cupcake(p: Pen) -> None:
    p.poly("26 54, 74 54, 66 86, 34 86", p.a)
    for x in (36, 45, 55, 64):
        p.line([(x, 56), (50 + (x - 50) * 0.8, 84)], mix(p.a, INK, 0.2), 1.3)
    p.blob("20 54, 26 38, 50 30, 74 38, 80 54", p.c)
    p.blob("32 40, 50 18, 68 40", p.l)
    p.dot(50, 20, 6, (201, 59, 59))


def gingerbread_house(p: Pen) -> None:
    p.box(24, 46, 76, 86, (178, 116, 66))
    p.poly("14 50, 50 14, 86 50", (142, 88, 50))
    p.line("14 50, 50 14, 86 50", PAPER, 4)
    p.box(43, 62, 57, 86, (120, 72, 42), r=6)
    for x in (34, 66):
        p.box(x - 5, 56, x + 5, 66, GLOW)
    p.heart(50, 42, 6, (201, 59, 59))


def cake_tin(p: Pen) -> None:
    p.box(16, 44, 84, 76, p.c, r=3)
    p.oval(50, 44, 34, 10, p.l)
    p.oval(50, 45, 29, 7, p.d)
    p.box(68, 54, 82, 62, METAL, r=2)


def muffin_pan(p: Pen) -> None:
    p.box(10, 30, 90, 80, p.c, r=5)
    for i in range(3):
        for j in range(2):
            p.dot(26 + i * 24, 44 + j * 22, 9, p.d)
            p.dot(26 + i * 24, 45 + j * 22, 6.6, mix(p.d, INK, 0.25))


def bundt(p: Pen) -> None:
    p.blob("14 54, 24 34, 50 28, 76 34, 86 54, 76 74, 50 80, 24 74", p.c)
    for x0, x1 in ((30, 26), (40, 38), (60, 62), (70, 74)):
        p.line([(50 + (x0 - 50) * 0.5, 38), (x1, 74)], p.d, 2)
    p.oval(50, 40, 12, 6, mix(p.d, INK, 0.3))


def bowl(p: Pen) -> None:
    p.pie(50, 42, 38, (0, 180), p.c)
    p.oval(50, 42, 38, 9, p.l)
    p.oval(50, 43, 33, 6.4, p.d)
    p.box(36, 77, 64, 83, p.d, r=2)


def measuring(p: Pen) -> None:
    for i, r in enumerate((17, 13, 9)):
        y = 26 + i * 26
        p.pie(30, y - 4, r, (0, 180), p.c if i % 2 == 0 else p.d)
        p.box(30 + r - 2, y - 6, 88, y - 1, p.d, r=2)


def rolling_pin(p: Pen) -> None:
    p.line("14 86, 28 72", p.d, 6)
    p.line("72 28, 86 14", p.d, 6)
    p.line("28 72, 72 28", p.c, 19)
    p.line("34 60, 62 32", p.l, 3)


def spatula(p: Pen) -> None:
    for x, tone in ((36, p.c), (64, p.a)):
        p.box(x - 11, 12, x + 11, 46, tone, r=6)
        p.box(x - 2.6, 44, x + 2.6, 90, WOOD, r=2)


def stand_mixer(p: Pen) -> None:
    p.box(14, 76, 84, 86, p.c, r=5)
    p.box(62, 36, 80, 80, p.c, r=4)
    p.box(18, 18, 84, 42, p.c, r=12)
    p.box(30, 26, 54, 30, p.l, r=2)
    p.box(34, 42, 38, 58, METAL)
    p.pie(36, 52, 22, (0, 180), METAL)
    p.box(14, 50, 58, 54, mix(METAL, INK, 0.15), r=1)
    p.dot(72, 30, 3.4, p.a)


def hand_mixer(p: Pen) -> None:
    p.box(20, 26, 72, 44, p.c, r=9)
    p.arc(48, 28, 22, 12, (190, 350), p.d, 5)
    for x in (34, 52):
        p.line([(x, 44), (x, 62)], METAL, 2)
        for r in (3, 7):
            p.arc(x, 72, r, 13, (0, 360), METAL, 1.5)


def blender(p: Pen) -> None:
    p.box(30, 66, 70, 88, p.c, r=5)
    p.dot(50, 77, 4, p.a)
    p.poly("30 20, 70 20, 64 66, 36 66", GLASS)
    p.poly("32 40, 68 40, 64 65, 36 65", mix((226, 120, 130), p.a, 0.3))
    p.box(30, 12, 70, 21, INK, r=3)
    p.arc(70, 42, 10, 16, (-90, 90), INK, 3)


def toaster(p: Pen) -> None:
    p.box(34, 20, 66, 50, (222, 176, 116), r=6)
    p.box(38, 24, 62, 50, (240, 206, 150), r=4)
    p.box(16, 40, 84, 82, p.c, r=10)
    p.box(26, 44, 74, 48, INK, r=2)
    p.box(78, 52, 88, 58, INK, r=2)
    p.box(22, 82, 32, 86, INK)
    p.box(68, 82, 78, 86, INK)


def air_fryer(p: Pen) -> None:
    p.box(24, 14, 76, 86, p.c, r=14)
    p.box(32, 22, 68, 38, INK, r=5)
    p.line("40 30, 60 30", GLOW, 2.4)
    p.box(26, 48, 74, 76, p.d, r=6)
    p.box(36, 58, 64, 65, p.l, r=3)


def piping(p: Pen) -> None:
    p.poly("24 12, 68 20, 52 70, 44 68", p.c)
    p.poly("44 68, 52 70, 47 84", METAL)
    p.blob("40 84, 54 82, 62 90, 36 92", p.a)
    p.line("26 16, 66 24", p.d, 3)


def cake_stand(p: Pen) -> None:
    p.box(24, 38, 76, 62, (240, 226, 200), r=3)
    p.blob("24 40, 34 46, 44 41, 54 47, 66 41, 76 40, 76 34, 24 34", p.a)
    p.dot(50, 28, 5, (201, 59, 59))
    p.oval(50, 64, 40, 6, p.c)
    p.poly("44 68, 56 68, 60 84, 40 84", p.d)
    p.oval(50, 85, 18, 3.4, p.c)


def pan(p: Pen) -> None:
    p.line("62 60, 94 84", INK, 6)
    p.oval(42, 50, 36, 26, p.d)
    p.oval(42, 47, 36, 25, p.c)
    p.oval(42, 47, 29, 19, mix(p.c, INK, 0.45))
    p.oval(42, 48, 14, 9, PAPER)
    p.oval(42, 47, 6, 4.4, (240, 184, 60))


def pot(p: Pen) -> None:
    p.box(8, 46, 92, 54, p.d, r=4)
    p.box(18, 38, 82, 82, p.c, r=6)
    p.box(15, 32, 85, 41, p.l, r=4)
    p.box(43, 23, 57, 32, p.d, r=3)
    p.box(24, 48, 30, 74, p.l, r=3)


def dish(p: Pen) -> None:
    p.box(6, 46, 94, 54, p.d, r=4)
    p.blob("14 44, 86 44, 80 76, 20 76", p.c)
    p.oval(50, 45, 36, 9, p.l)
    p.oval(50, 45, 31, 6.6, (222, 150, 80))
    for x in (36, 50, 64):
        p.dot(x, 45, 3, (190, 70, 50))


def tray(p: Pen) -> None:
    p.poly("20 40, 80 40, 92 72, 8 72", p.d)
    p.poly("24 44, 76 44, 86 68, 14 68", p.c)
    p.box(7, 70, 93, 76, p.d, r=3)


def pie(p: Pen) -> None:
    p.blob("12 52, 88 52, 76 76, 24 76", p.c)
    p.oval(50, 50, 38, 13, (222, 176, 116))
    for x in (32, 50, 68):
        p.line([(x - 8, 44), (x + 8, 56)], (178, 116, 66), 2)


def knife(p: Pen) -> None:
    p.blob("12 34, 60 36, 62 52, 40 54, 20 46", METAL)
    p.line("14 35, 60 37", PAPER, 1.4)
    p.box(60, 36, 92, 47, p.c if p.c != METAL else INK, r=4)
    p.dot(69, 41, 1.6, METAL)
    p.dot(82, 41, 1.6, METAL)


def knife_block(p: Pen) -> None:
    for x in (34, 44, 54, 64):
        p.line([(x, 46), (x - 10, 16)], INK, 5)
    p.poly("26 44, 70 38, 82 84, 34 88", p.c)
    p.line("34 48, 66 44", p.d, 2)


def board(p: Pen) -> None:
    p.box(22, 32, 78, 90, p.c, r=8)
    p.box(42, 8, 58, 36, p.c, r=7)
    p.dot(50, 17, 3, mix(p.c, INK, 0.5))
    for x in (34, 50, 66):
        p.line([(x, 42), (x - 2, 62), (x + 1, 82)], p.d, 1.2)


def grater(p: Pen) -> None:
    p.arc(50, 20, 14, 10, (180, 360), INK, 4)
    p.poly("36 20, 64 20, 74 86, 26 86", METAL)
    for j in range(6):
        for i in range(4):
            p.dot(36 + i * 9.4 + (j % 2) * 2, 32 + j * 9, 1.8, mix(METAL, INK, 0.45))


def spinner(p: Pen) -> None:
    p.pie(50, 40, 36, (0, 180), mix(p.c, GLASS, 0.5))
    p.dot(40, 52, 9, LEAF)
    p.dot(58, 54, 10, mix(LEAF, PAPER, 0.3))
    p.box(12, 32, 88, 43, p.c, r=5)
    p.dot(50, 26, 7, p.d)
    p.box(34, 74, 66, 80, p.d, r=2)


def plate(p: Pen) -> None:
    p.dot(50, 50, 39, p.c)
    p.dot(50, 50, 36, p.l)
    p.dot(50, 50, 26, p.d)
    p.dot(50, 50, 25, p.c)


def cutlery(p: Pen) -> None:
    for x in (26, 29.6, 33.2):
        p.box(x, 12, x + 2, 34, p.c, r=1)
    p.box(26, 30, 35.2, 40, p.c, r=4)
    p.box(28.6, 36, 32.6, 90, p.c, r=2)
    p.oval(50, 26, 8, 14, p.c)
    p.box(48, 36, 52, 90, p.c, r=2)
    p.blob("66 12, 74 14, 76 46, 67 48", p.c)
    p.box(67, 46, 72, 90, p.d, r=2)


def napkin(p: Pen) -> None:
    p.poly("50 12, 86 50, 50 88, 14 50", p.c)
    p.poly("50 12, 86 50, 50 50", p.l)
    p.poly("50 50, 86 50, 50 88", p.d)


def tablecloth(p: Pen) -> None:
    p.oval(50, 36, 40, 12, p.l)
    p.blob("10 36, 90 36, 94 78, 80 70, 66 80, 50 71, 34 80, 20 70, 6 78", p.c)
    p.oval(50, 35, 40, 11, p.l)


def container(p: Pen) -> None:
    p.box(16, 46, 84, 82, mix(p.c, GLASS, 0.55), r=6)
    p.box(20, 58, 80, 78, mix(p.a, PAPER, 0.25), r=4)
    p.box(12, 36, 88, 48, p.a, r=4)
    p.box(44, 46, 56, 54, mix(p.a, INK, 0.2), r=2)


def lunch_box(p: Pen) -> None:
    p.box(12, 28, 88, 80, p.c, r=9)
    p.box(18, 34, 50, 74, PAPER, r=5)
    p.box(54, 34, 82, 52, mix(LEAF, PAPER, 0.35), r=4)
    p.box(54, 56, 82, 74, (240, 184, 60), r=4)
    p.dot(28, 48, 7, (201, 59, 59))
    p.dot(40, 60, 8, (222, 176, 116))


def shaker(p: Pen) -> None:
    p.poly("32 36, 68 36, 62 90, 38 90", p.c)
    p.poly("36 20, 64 20, 69 38, 31 38", p.d)
    p.box(40, 8, 60, 21, p.c, r=5)
    p.poly("38 44, 43 44, 44 84, 41 84", p.l)


def waffle(p: Pen) -> None:
    p.dot(50, 50, 36, (222, 164, 90))
    for i in range(-2, 3):
        p.line([(50 + i * 13, 50 - 32 + abs(i) * 5), (50 + i * 13, 50 + 32 - abs(i) * 5)], (190, 124, 60), 3)
        p.line([(50 - 32 + abs(i) * 5, 50 + i * 13), (50 + 32 - abs(i) * 5, 50 + i * 13)], (190, 124, 60), 3)
    p.box(42, 40, 58, 52, GLOW, r=2)


SHAPES = {name: draw for name, draw in globals().items() if getattr(draw, "__module__", "") == __name__}
