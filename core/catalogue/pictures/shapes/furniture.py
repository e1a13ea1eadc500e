"""Desks, lamps, seats and shelves."""

from __future__ import annotations

from core.catalogue.pictures.pen import GLOW, INK, LEAF, METAL, PAPER, WOOD, Pen, mix


def desk(p: Pen) -> None:
    p.box(10, 44, 90, 51, p.c, r=1.5)
    p.box(60, 51, 84, 66, p.d)
    p.box(66, 57, 78, 59, p.l, r=1)
    for x in (14, 82):
        p.box(x, 51, x + 4, 86, p.d)
    p.box(26, 24, 52, 41, INK, r=2)
    p.box(28, 26, 50, 39, mix(p.a, PAPER, 0.5), r=1)
    p.box(22, 41, 56, 44, METAL, r=1)


def wall_desk(p: Pen) -> None:
    p.box(18, 20, 82, 62, p.c, r=2)
    p.box(23, 25, 77, 55, p.d, r=1)
    p.box(12, 58, 88, 64, p.l, r=1)
    p.line("24 64, 34 78, 34 64", p.d, 2)
    p.line("76 64, 66 78, 66 64", p.d, 2)
    for x, tone in ((30, p.a), (35, PAPER), (40, p.l)):
        p.box(x, 38, x + 4, 55, tone)


def office_chair(p: Pen) -> None:
    p.box(34, 10, 66, 46, p.c, r=8)
    p.box(38, 15, 62, 41, p.d, r=6)
    p.box(48, 44, 52, 56, INK)
    p.box(28, 52, 72, 62, p.c, r=5)
    p.line("26 42, 26 54", INK, 3)
    p.line("74 42, 74 54", INK, 3)
    p.box(48, 62, 52, 78, METAL)
    p.line("30 84, 50 76, 70 84", INK, 3)
    for x in (29, 50, 71):
        p.dot(x, 86, 3.2, INK)


def organizer(p: Pen) -> None:
    for x, tone in ((24, p.a), (32, INK), (40, PAPER)):
        p.box(x, 26, x + 4, 60, tone, r=1)
    p.poly("24 30, 26 22, 28 30", WOOD)
    p.box(16, 52, 50, 84, p.c, r=3)
    p.box(50, 62, 84, 84, p.d, r=3)
    p.box(54, 48, 80, 64, PAPER, r=1)
    p.line("58 54, 76 54", METAL, 1.4)


def riser(p: Pen) -> None:
    p.box(24, 16, 76, 52, INK, r=3)
    p.box(27, 19, 73, 48, mix(p.a, PAPER, 0.6), r=1)
    p.box(46, 52, 54, 62, METAL)
    p.box(12, 62, 88, 69, p.c, r=2)
    p.box(14, 69, 20, 84, p.d)
    p.box(80, 69, 86, 84, p.d)
    p.box(36, 71, 64, 82, p.l, r=1)


def pegboard(p: Pen) -> None:
    p.box(16, 16, 84, 84, p.c, r=3)
    for i in range(7):
        for j in range(7):
            p.dot(23 + i * 9, 23 + j * 9, 1.1, p.d)
    p.box(24, 48, 56, 52, WOOD)
    p.box(28, 34, 34, 48, p.a, r=1)
    p.box(38, 38, 46, 48, LEAF, r=3)
    p.line("66 36, 66 56", INK, 2)
    p.dot(66, 60, 5, INK)


def desk_lamp(p: Pen) -> None:
    p.oval(38, 84, 22, 5, p.d)
    p.line("38 82, 30 54, 58 32", p.d, 3.4)
    p.dot(30, 54, 3.4, p.c)
    p.poly("48 32, 62 18, 82 42, 60 48", p.c)
    p.poly("60 48, 82 42, 92 64, 58 66", mix(GLOW, PAPER, 0.35))


def lamp(p: Pen) -> None:
    p.poly("34 16, 66 16, 78 48, 22 48", mix(GLOW, PAPER, 0.25))
    p.blob("42 52, 58 52, 68 70, 58 84, 42 84, 32 70", p.c)
    p.blob("46 54, 50 54, 42 72, 46 82, 38 76, 36 68", p.l)
    p.box(48, 46, 52, 54, METAL)
    p.box(38, 82, 62, 87, p.d, r=2)


def floor_lamp(p: Pen) -> None:
    p.poly("38 8, 62 8, 70 32, 30 32", mix(GLOW, PAPER, 0.25))
    p.line("50 32, 50 60", p.c, 2.4)
    p.line("50 46, 32 90", p.c, 3)
    p.line("50 46, 68 90", p.c, 3)
    p.line("50 46, 50 90", p.d, 3)


def arc_lamp(p: Pen) -> None:
    p.oval(24, 87, 16, 4, p.d)
    p.arc(50, 50, 26, 38, (180, 330), p.c, 3)
    p.line("24 50, 24 86", p.c, 3)
    p.pie(72, 46, 16, (180, 360), p.c)
    p.oval(72, 46, 16, 3, GLOW)


def mushroom_lamp(p: Pen) -> None:
    p.oval(50, 48, 42, 34, mix(GLOW, PAPER, 0.72))
    p.blob("42 46, 58 46, 64 82, 36 82", p.l)
    p.blob("16 50, 26 26, 50 18, 74 26, 84 50, 50 56", p.c)
    p.blob("26 40, 34 28, 46 24, 36 36", p.l)


def pendant(p: Pen) -> None:
    p.line("50 4, 50 28", INK, 1.6)
    p.blob("22 66, 28 40, 50 26, 72 40, 78 66", p.c)
    for x in (36, 50, 64):
        p.line([(50 + (x - 50) * 0.4, 30), (x, 64)], p.d, 1.2)
    p.oval(50, 66, 28, 5, p.d)
    p.dot(50, 68, 8, GLOW)


def moon(p: Pen) -> None:
    p.dot(50, 44, 32, mix(GLOW, PAPER, 0.6))
    p.dot(50, 44, 26, PAPER)
    for x, y, r in ((42, 36, 5), (58, 48, 7), (44, 56, 4), (60, 32, 3)):
        p.dot(x, y, r, mix(PAPER, METAL, 0.4))
    p.line("34 68, 28 86", WOOD, 3)
    p.line("66 68, 72 86", WOOD, 3)
    p.arc(50, 56, 22, 16, (10, 170), WOOD, 3)


def armchair(p: Pen) -> None:
    p.box(26, 16, 74, 62, p.c, r=12)
    p.box(32, 52, 68, 70, p.l, r=5)
    p.box(14, 42, 32, 78, p.d, r=8)
    p.box(68, 42, 86, 78, p.d, r=8)
    p.box(26, 64, 74, 78, p.c, r=4)
    for x in (24, 72):
        p.box(x, 78, x + 4, 87, WOOD)


def rocking_chair(p: Pen) -> None:
    p.box(30, 14, 66, 56, p.c, r=9)
    p.box(30, 52, 76, 64, p.l, r=5)
    for x in (34, 68):
        p.line([(x, 64), (x, 82)], WOOD, 3)
    p.line("28 46, 78 46", WOOD, 3)
    p.arc(51, 56, 42, 30, (40, 140), WOOD, 3.4)


def bean_bag(p: Pen) -> None:
    p.blob("16 74, 22 52, 36 40, 46 22, 58 24, 66 40, 80 54, 84 74, 50 84", p.c)
    p.blob("36 42, 48 24, 56 26, 60 46, 48 54", p.l)
    p.arc(52, 52, 26, 22, (20, 100), p.d, 1.4)


def sofa(p: Pen) -> None:
    p.box(12, 30, 88, 66, p.c, r=8)
    p.box(18, 50, 50, 66, p.l, r=4)
    p.box(50, 50, 82, 66, p.l, r=4)
    p.box(6, 44, 20, 76, p.d, r=6)
    p.box(80, 44, 94, 76, p.d, r=6)
    p.box(14, 64, 86, 76, p.c, r=3)
    p.box(62, 38, 76, 54, p.a, r=3)
    for x in (12, 84):
        p.box(x, 76, x + 4, 83, WOOD)


def side_table(p: Pen) -> None:
    for x in (28, 68):
        p.line([(x, 48), (x + (6 if x > 50 else -6), 86)], p.d, 3.4)
    p.line("50 48, 50 82", p.d, 3)
    p.oval(50, 46, 32, 7, p.d)
    p.oval(50, 44, 32, 7, p.c)
    p.box(42, 30, 54, 43, p.a, r=2)
    p.arc(55, 36, 4, 4, (-90, 90), p.a, 2)


def coffee_table(p: Pen) -> None:
    for x in (22, 74):
        p.line([(x, 56), (x, 84)], p.d, 4)
    p.box(10, 50, 90, 58, p.c, r=3)
    p.box(20, 70, 80, 74, p.d)
    p.box(56, 45, 76, 50, p.a, r=1)
    p.box(58, 41, 74, 45, PAPER, r=1)


def bookcase(p: Pen) -> None:
    p.box(22, 10, 78, 88, p.c, r=2)
    tones = (p.a, PAPER, p.l, mix(p.a, INK, 0.3), LEAF)
    for row in range(4):
        y = 15 + row * 18
        p.box(27, y, 73, y + 14, p.d)
        for i in range(7):
            if (row * 7 + i) % 5 != 3:
                height = 8 + (row * 3 + i * 5) % 5
                p.box(29 + i * 6, y + 14 - height, 33.5 + i * 6, y + 14, tones[(row + i) % 5])


def ladder_shelf(p: Pen) -> None:
    p.line("38 12, 24 88", p.c, 3.4)
    p.line("62 12, 76 88", p.c, 3.4)
    for i, y in enumerate((26, 44, 62, 80)):
        wide = 13 + i * 4
        p.box(50 - wide, y, 50 + wide, y + 3.4, p.d)
    p.box(44, 34, 50, 44, p.a)
    p.box(52, 36, 57, 44, PAPER)
    p.dot(40, 57, 5, LEAF)
    p.box(58, 70, 68, 80, p.l, r=1)


def wall_shelf(p: Pen) -> None:
    for y, left in ((40, 12), (70, 34)):
        p.box(left, y, left + 54, y + 6, p.c, r=1)
        p.box(left, y + 4, left + 54, y + 6, p.d, r=1)
    p.box(18, 26, 24, 40, p.a)
    p.box(25, 28, 31, 40, PAPER)
    p.dot(52, 30, 7, LEAF)
    p.box(47, 33, 57, 40, WOOD, r=1)
    p.box(66, 56, 80, 70, p.l, r=3)


def cube_shelf(p: Pen) -> None:
    p.box(20, 18, 80, 84, p.c, r=2)
    for i in range(2):
        for j in range(2):
            p.box(25 + i * 28, 23 + j * 31, 47 + i * 28, 48 + j * 31, p.d)
    p.box(25, 34, 47, 48, p.a, r=1)
    p.box(57, 66, 70, 79, PAPER)
    p.box(53, 60, 57, 79, p.a)
    p.dot(64, 38, 7, LEAF)


SHAPES = {name: draw for name, draw in globals().items() if getattr(draw, "__module__", "") == __name__}
