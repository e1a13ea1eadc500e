"""Christmas, indoors and in the yard."""

from __future__ import annotations

from core.catalogue.pictures.pen import GLOW, INK, LEAF, METAL, PAPER, WOOD, Pen, mix

RED = (201, 59, 59)
PINE = (47, 96, 68)
GOLD = (211, 169, 62)


def snowman(p: Pen) -> None:
    p.dot(50, 72, 21, PAPER)
    p.dot(50, 40, 15, PAPER)
    p.line("30 62, 12 48", WOOD, 2.4)
    p.line("70 62, 88 48", WOOD, 2.4)
    p.box(36, 12, 64, 26, INK, r=1)
    p.box(30, 24, 70, 29, INK, r=2)
    p.box(36, 20, 64, 24, p.a)
    p.poly("50 40, 66 43, 50 46", (238, 140, 54))
    p.dot(45, 36, 2, INK)
    p.dot(55, 36, 2, INK)
    p.line("38 53, 62 53", RED, 5)
    p.line("58 54, 62 68", RED, 5)
    for y in (66, 76):
        p.dot(50, y, 2, INK)


def santa(p: Pen) -> None:
    p.blob("22 86, 30 52, 50 46, 70 52, 78 86", RED)
    p.box(24, 70, 76, 76, INK)
    p.box(45, 69, 55, 77, GOLD, r=1)
    p.dot(50, 38, 15, (246, 214, 188))
    p.blob("32 40, 50 48, 68 40, 62 62, 50 68, 38 62", PAPER)
    p.poly("34 30, 66 30, 74 10", RED)
    p.box(32, 27, 68, 34, PAPER, r=3)
    p.dot(75, 10, 5, PAPER)
    p.dot(44, 38, 2, INK)
    p.dot(56, 38, 2, INK)


def bear(p: Pen) -> None:
    for x in (30, 70):
        p.dot(x, 20, 9, PAPER)
        p.oval(x, 84, 13, 8, PAPER)
    p.oval(50, 66, 26, 22, PAPER)
    p.dot(50, 34, 22, PAPER)
    p.oval(50, 42, 9, 7, (226, 224, 220))
    p.dot(42, 32, 2.4, INK)
    p.dot(58, 32, 2.4, INK)
    p.dot(50, 40, 3, INK)
    p.line("32 54, 68 54", RED, 6)
    p.line("62 56, 66 74", RED, 6)


def penguin(p: Pen) -> None:
    p.oval(50, 54, 25, 34, INK)
    p.oval(50, 60, 17, 25, PAPER)
    p.dot(43, 34, 3, PAPER)
    p.dot(57, 34, 3, PAPER)
    p.poly("45 40, 55 40, 50 47", (238, 163, 54))
    p.oval(40, 88, 8, 4, (238, 163, 54))
    p.oval(60, 88, 8, 4, (238, 163, 54))
    p.line("32 50, 68 50", RED, 5)


def reindeer(p: Pen) -> None:
    tone = mix(GLOW, p.c, 0.4)
    body = (150, 106, 66)
    p.line("62 30, 56 10, 48 16", tone, 2.6)
    p.line("70 30, 78 10, 86 16", tone, 2.6)
    p.blob("18 50, 54 48, 60 30, 74 28, 82 40, 68 48, 66 66, 22 68", body)
    for x in (24, 34, 56, 64):
        p.line([(x, 64), (x, 88)], body, 4)
    p.line("18 52, 12 46", body, 4)
    p.dot(82, 39, 3.6, RED)
    p.dot(70, 36, 2, INK)
    p.line("54 48, 66 54", RED, 4)
    for x, y in ((28, 56), (40, 58), (50, 62), (60, 44), (34, 64)):
        p.dot(x, y, 1.8, GLOW)


def tree(p: Pen) -> None:
    red, green, blue = p.c
    pine = p.c if green >= red and green >= blue else PINE
    p.box(45, 80, 55, 92, WOOD)
    for top, wide, bottom in ((10, 18, 38), (28, 27, 60), (46, 35, 82)):
        p.poly([(50, top), (50 + wide, bottom), (50 - wide, bottom)], pine)
    for x, y, tone in ((44, 32, RED), (58, 46, GOLD), (38, 56, p.a), (54, 70, RED), (34, 74, GOLD), (68, 74, p.a)):
        p.dot(x, y, 3.6, tone)
    p.star(50, 10, 8, GOLD)


def candy_cane(p: Pen) -> None:
    for x in (30, 66):
        p.arc(x + 6, 28, 11, 13, (180, 350), PAPER, 8)
        p.line([(x - 5, 28), (x - 5, 88)], PAPER, 8)
        for y in (36, 50, 64, 78):
            p.line([(x - 8, y + 4), (x - 2, y - 2)], RED, 4)
        p.line([(x + 3, 16), (x + 7, 20)], RED, 4)
        p.line([(x + 12, 18), (x + 16, 24)], RED, 4)


def gift_box(p: Pen) -> None:
    p.box(16, 42, 84, 86, p.c, r=2)
    p.box(12, 32, 88, 46, p.d, r=2)
    p.box(44, 32, 56, 86, p.a)
    p.blob("50 32, 30 12, 22 26", p.a)
    p.blob("50 32, 70 12, 78 26", p.a)
    p.dot(50, 31, 5, mix(p.a, INK, 0.2))


def nativity(p: Pen) -> None:
    p.poly("10 46, 50 18, 90 46, 90 52, 10 52", WOOD)
    p.line("16 50, 16 88", WOOD, 4)
    p.line("84 50, 84 88", WOOD, 4)
    p.star(50, 12, 10, GOLD)
    for x, tone in ((32, (63, 121, 192)), (68, (150, 106, 66))):
        p.dot(x, 58, 6, (246, 214, 188))
        p.poly([(x, 56), (x + 11, 88), (x - 11, 88)], tone)
    p.oval(50, 80, 9, 5, GLOW)


def snowflake(p: Pen) -> None:
    tone = mix(p.c, (150, 190, 226), 0.5)
    from math import cos, pi, sin

    for i in range(6):
        a = pi * i / 3
        x, y = cos(a), sin(a)
        p.line([(50, 50), (50 + 36 * x, 50 + 36 * y)], tone, 3.4)
        for s in (0.45, 0.7):
            for turn in (0.7, -0.7):
                bx, by = 50 + 36 * s * x, 50 + 36 * s * y
                p.line([(bx, by), (bx + 10 * cos(a + turn), by + 10 * sin(a + turn))], tone, 2.4)


def icicle_lights(p: Pen) -> None:
    p.line("6 22, 94 22", PAPER, 4)
    for i, length in enumerate((30, 48, 24, 56, 36, 50, 28)):
        x = 12 + i * 12.6
        p.line([(x, 22), (x, 22 + length)], mix(METAL, PAPER, 0.5), 1.2)
        for y in range(30, 22 + length, 10):
            p.dot(x, y, 4.4, mix(p.c, PAPER, 0.5))
            p.dot(x, y, 2.4, p.c)


def net_lights(p: Pen) -> None:
    p.oval(50, 56, 42, 30, PINE)
    for i in range(6):
        for j in range(4):
            x, y = 18 + i * 13 + (j % 2) * 5, 36 + j * 13
            if ((x - 50) / 40) ** 2 + ((y - 56) / 28) ** 2 < 1:
                p.dot(x, y, 3.4, mix(p.c, GLOW, 0.4))


def wreath(p: Pen) -> None:
    from math import cos, pi, sin

    for i in range(18):
        a = 2 * pi * i / 18
        p.dot(50 + 29 * cos(a), 50 + 29 * sin(a), 9.4, PINE if i % 2 else LEAF)
    for i in range(6):
        a = 2 * pi * i / 6 + 0.4
        p.dot(50 + 29 * cos(a), 50 + 29 * sin(a), 3.6, RED)
    p.poly("50 78, 34 68, 34 90", p.a if p.a != PINE else RED)
    p.poly("50 78, 66 68, 66 90", p.a if p.a != PINE else RED)
    p.dot(50, 79, 5, RED)


def garland(p: Pen) -> None:
    for i in range(15):
        x = 6 + i * 6.3
        y = 26 + 36 * (1 - ((x - 50) / 46) ** 2)
        p.dot(x, y, 8.6, PINE if i % 2 else LEAF)
        if i % 3 == 1:
            p.dot(x, y + 2, 3.6, RED)
            p.dot(x + 4, y - 3, 2.6, GOLD)


def bow(p: Pen) -> None:
    p.poly("46 50, 28 90, 40 86, 52 56", p.d)
    p.poly("54 50, 72 90, 60 86, 48 56", p.d)
    p.blob("50 46, 14 22, 12 66", p.c)
    p.blob("50 46, 86 22, 88 66", p.c)
    p.dot(50, 46, 9, p.l)


def sign(p: Pen) -> None:
    p.box(32, 6, 68, 94, p.c, r=2)
    p.star(50, 22, 9, GOLD)
    for y in (38, 48, 58, 68, 78):
        p.line([(41, y), (59 - (y % 4) * 3, y)], PAPER, 3.4)


def nutcracker(p: Pen) -> None:
    p.box(36, 6, 64, 28, INK, r=3)
    p.box(34, 24, 66, 29, GOLD)
    p.box(38, 28, 62, 46, (246, 214, 188), r=2)
    p.dot(45, 35, 1.8, INK)
    p.dot(55, 35, 1.8, INK)
    p.box(42, 40, 58, 48, PAPER, r=2)
    p.box(34, 46, 66, 72, p.c, r=3)
    p.line("50 48, 50 70", GOLD, 2)
    p.box(26, 46, 33, 68, p.d, r=3)
    p.box(67, 46, 74, 68, p.d, r=3)
    p.box(38, 72, 48, 90, INK, r=1)
    p.box(52, 72, 62, 90, INK, r=1)
    p.box(30, 88, 70, 94, PINE)


def flag(p: Pen) -> None:
    p.line("22 8, 22 92", INK, 3)
    p.line("22 14, 82 14", INK, 2.4)
    p.box(28, 16, 80, 74, p.c, r=1)
    p.dot(54, 44, 13, p.a)
    p.dot(54, 44, 6, (122, 80, 50))


def tree_skirt(p: Pen) -> None:
    p.oval(50, 62, 44, 22, p.c)
    p.oval(50, 62, 38, 17, p.d)
    p.oval(50, 60, 33, 14, p.c)
    p.oval(50, 58, 9, 4, PINE)
    p.box(46, 30, 54, 58, WOOD)
    p.poly("50 8, 66 34, 34 34", PINE)


def ornament(p: Pen) -> None:
    for x, y, r, tone in ((36, 58, 24, p.c), (72, 40, 17, p.a)):
        p.line([(x, 4), (x, y - r)], GOLD, 1.2)
        p.box(x - 4, y - r - 5, x + 4, y - r + 2, GOLD, r=1)
        p.dot(x, y, r, tone)
        p.dot(x - r * 0.35, y - r * 0.35, r * 0.24, mix(tone, PAPER, 0.6))
        p.line([(x - r * 0.9, y + 4), (x + r * 0.9, y + 4)], PAPER, 2.4)


def star(p: Pen) -> None:
    p.star(50, 46, 38, p.c)
    p.star(50, 46, 24, p.l)
    p.poly("44 78, 56 78, 54 92, 46 92", p.d)


def stocking(p: Pen) -> None:
    p.blob("34 22, 62 22, 62 56, 80 68, 76 84, 54 88, 36 74, 34 50", p.c)
    p.box(29, 12, 67, 30, PAPER, r=5)
    p.blob("66 64, 80 68, 76 84, 62 86", p.a)
    p.blob("34 58, 46 66, 40 78, 35 70", p.a)
    p.arc(64, 14, 6, 7, (180, 420), p.d, 2.4)


def advent(p: Pen) -> None:
    p.poly("10 32, 50 8, 90 32", p.d)
    p.box(14, 32, 86, 90, p.c, r=1)
    for i in range(5):
        for j in range(4):
            p.box(
                18 + i * 13.4,
                36 + j * 13.2,
                28.6 + i * 13.4,
                46.6 + j * 13.2,
                (PAPER, RED, GOLD, PINE)[(i * 3 + j * 2) % 4],
                r=1,
            )


def gift_wrap(p: Pen) -> None:
    for x, tone in ((30, p.c), (50, p.a), (70, mix(p.c, PAPER, 0.5))):
        p.box(x - 8, 18, x + 8, 88, tone)
        p.oval(x, 18, 8, 4, mix(tone, INK, 0.25))
        for y in (34, 50, 66, 80):
            p.star(x, y, 4, PAPER)


def tags(p: Pen) -> None:
    for x, y, tone in ((34, 44, p.c), (62, 56, p.a)):
        p.poly([(x - 16, y - 14), (x, y - 30), (x + 16, y - 14), (x + 16, y + 32), (x - 16, y + 32)], tone)
        p.dot(x, y - 17, 3, PAPER)
        p.line([(x - 9, y + 4), (x + 9, y + 4)], PAPER, 2)
        p.line([(x - 9, y + 13), (x + 5, y + 13)], PAPER, 2)


def gift_bag(p: Pen) -> None:
    p.arc(50, 32, 14, 18, (180, 360), p.d, 2.6)
    p.blob("30 32, 40 20, 50 28, 60 18, 70 32", PAPER)
    p.box(22, 30, 78, 88, p.c, r=1)
    p.poly("66 30, 78 30, 78 88, 66 80", p.d)
    p.heart(44, 58, 10, p.a)


def ribbon(p: Pen) -> None:
    p.arc(50, 46, 25, 25, (0, 360), p.c, 13)
    p.arc(50, 46, 14, 14, (0, 360), WOOD, 5)
    p.line("70 62, 58 78, 76 90", p.c, 7)


def snow_globe(p: Pen) -> None:
    p.dot(50, 42, 33, (206, 226, 238))
    p.poly("50 20, 64 56, 36 56", PINE)
    p.oval(50, 62, 27, 9, PAPER)
    for x, y in ((32, 34), (66, 30), (70, 48), (40, 22), (28, 50)):
        p.dot(x, y, 2, PAPER)
    p.poly("24 70, 76 70, 82 88, 18 88", RED)


def arch(p: Pen) -> None:
    p.pie(50, 80, 38, (180, 360), p.c)
    p.pie(50, 80, 30, (180, 360), mix(GLOW, PAPER, 0.4))
    from math import cos, pi, sin

    for i in range(7):
        a = pi + pi * (i + 0.5) / 7
        x, y = 50 + 38 * cos(a), 80 + 38 * sin(a)
        p.box(x - 1.6, y - 10, x + 1.6, y, PAPER)
        p.dot(x, y - 13, 2.6, (244, 176, 70))
    p.box(8, 78, 92, 86, p.d, r=2)
    p.poly("50 54, 62 78, 38 78", PINE)


def menorah(p: Pen) -> None:
    for r in (12, 22, 32):
        p.arc(50, 40, r, r, (0, 180), GOLD, 3.4)
    p.line("50 28, 50 82", GOLD, 4)
    p.oval(50, 86, 20, 4, GOLD)
    for x in (18, 28, 38, 50, 62, 72, 82):
        p.box(x - 1.8, 24 if x != 50 else 16, x + 1.8, 40, PAPER)
        p.oval(x, 19 if x != 50 else 11, 2.2, 4, (244, 176, 70))


SHAPES = {name: draw for name, draw in globals().items() if getattr(draw, "__module__", "") == __name__}
