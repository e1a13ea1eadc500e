"""Clothes for all ages."""

from __future__ import annotations

from core.catalogue.pictures.pen import INK, PAPER, Pen, mix


def tshirt(p: Pen) -> None:
    p.poly("34 20, 66 20, 88 34, 79 49, 70 44, 70 84, 30 84, 30 44, 21 49, 12 34", p.c)
    p.oval(50, 20, 10, 7, p.d)
    p.line("70 44, 70 60", p.d, 1)
    p.line("30 44, 30 60", p.d, 1)


def _long(p: Pen) -> None:
    p.poly("36 18, 64 18, 78 25, 90 72, 78 76, 69 45, 69 84, 31 84, 31 45, 22 76, 10 72, 22 25", p.c)
    p.line("69 45, 68 64", p.d, 1)
    p.line("31 45, 32 64", p.d, 1)


def longsleeve(p: Pen) -> None:
    _long(p)
    p.oval(50, 18, 9, 6, p.d)


def sweater(p: Pen) -> None:
    _long(p)
    p.oval(50, 18, 11, 7, p.d)
    p.oval(50, 17, 8, 4, p.l)
    p.box(31, 79, 69, 85, p.d, r=1)
    for x in (40, 50, 60):
        p.line([(x, 34), (x, 76)], p.l, 1.2)
    p.poly("10 72, 12 67, 24 71, 22 76", p.d)
    p.poly("90 72, 88 67, 76 71, 78 76", p.d)


def cardigan(p: Pen) -> None:
    _long(p)
    p.poly("42 17, 58 17, 50 46", p.d)
    p.line("50 46, 50 84", p.d, 1.5)
    for y in (54, 64, 74):
        p.dot(46, y, 1.8, PAPER)


def hoodie(p: Pen) -> None:
    p.blob("35 22, 40 9, 60 9, 65 22, 50 30", p.d)
    _long(p)
    p.oval(50, 20, 11, 9, p.d)
    p.poly("38 62, 62 62, 67 77, 33 77", p.d)
    p.line("46 28, 45 42", PAPER, 1.4)
    p.line("54 28, 55 42", PAPER, 1.4)


def shirt(p: Pen) -> None:
    _long(p)
    p.poly("41 16, 50 28, 59 16, 62 26, 50 34, 38 26", p.l)
    p.line("50 30, 50 84", p.d, 1)
    for y in (40, 50, 60, 70):
        p.dot(50, y, 1.3, PAPER)
    p.box(57, 40, 65, 49, p.d, r=1)


def blouse(p: Pen) -> None:
    p.blob("36 20, 64 20, 82 30, 88 56, 74 58, 70 48, 73 84, 27 84, 30 48, 26 58, 12 56, 18 30", p.c)
    p.poly("41 19, 59 19, 50 38", p.d)
    for y in (48, 58, 68):
        p.dot(50, y, 1.4, PAPER)


def tank(p: Pen) -> None:
    p.blob("36 16, 42 16, 50 32, 58 16, 64 16, 70 42, 69 84, 31 84, 30 42", p.c)
    p.line("34 80, 66 80", p.d, 1.4)


def bra(p: Pen) -> None:
    p.line("34 20, 32 44", p.d, 3)
    p.line("66 20, 68 44", p.d, 3)
    p.blob("24 42, 40 38, 50 50, 60 38, 76 42, 76 66, 50 70, 24 66", p.c)
    p.box(24, 62, 76, 69, p.d, r=2)


def dress(p: Pen) -> None:
    p.poly("38 16, 44 16, 50 26, 56 16, 62 16, 66 36, 60 48, 80 86, 20 86, 40 48, 34 36", p.c)
    p.box(40, 45, 60, 50, p.d, r=1)
    for x in (36, 50, 64):
        p.line([(50 + (x - 50) * 0.4, 52), (x, 84)], p.d, 1)


def skirt(p: Pen) -> None:
    p.poly("36 22, 64 22, 82 82, 18 82", p.c)
    p.box(35, 19, 65, 27, p.d, r=2)
    for x in (30, 43, 57, 70):
        p.line([(50 + (x - 50) * 0.4, 29), (x, 80)], p.d, 1)


def pants(p: Pen) -> None:
    p.poly("32 14, 68 14, 74 88, 56 88, 50 40, 44 88, 26 88", p.c)
    p.box(31, 13, 69, 20, p.d, r=1.5)
    p.line("50 20, 50 38", p.d, 1.2)
    p.arc(34, 20, 8, 9, (0, 80), p.d, 1)
    p.arc(66, 20, 8, 9, (100, 180), p.d, 1)


def leggings(p: Pen) -> None:
    p.poly("35 12, 65 12, 68 40, 61 90, 53 90, 50 42, 47 90, 39 90, 32 40", p.c)
    p.box(34, 11, 66, 20, p.d, r=2)


def shorts(p: Pen) -> None:
    p.poly("28 28, 72 28, 80 70, 54 74, 50 52, 46 74, 20 70", p.c)
    p.box(27, 26, 73, 35, p.d, r=2)
    p.line("46 34, 44 46", PAPER, 1.4)
    p.line("54 34, 56 46", PAPER, 1.4)


def boxers(p: Pen) -> None:
    p.poly("26 32, 74 32, 80 66, 55 70, 50 58, 45 70, 20 66", p.c)
    p.box(25, 30, 75, 39, p.l, r=2)
    p.line("50 40, 50 57", p.d, 1.2)


def _coat(p: Pen, bottom: float) -> None:
    p.poly(
        [
            (36, 16),
            (64, 16),
            (80, 24),
            (90, 68),
            (78, 72),
            (71, 44),
            (73, bottom),
            (27, bottom),
            (29, 44),
            (22, 72),
            (10, 68),
            (20, 24),
        ],
        p.c,
    )


def jacket(p: Pen) -> None:
    _coat(p, 80)
    p.poly("38 14, 62 14, 56 26, 44 26", p.d)
    p.line("50 24, 50 80", PAPER, 1.4)
    p.line("34 60, 41 64", p.d, 1.8)
    p.line("66 60, 59 64", p.d, 1.8)


def coat(p: Pen) -> None:
    _coat(p, 90)
    p.poly("40 15, 50 40, 36 34", p.d)
    p.poly("60 15, 50 40, 64 34", p.d)
    p.line("50 40, 50 90", p.d, 1.2)
    for y in (50, 62):
        p.dot(45, y, 2, p.l)
        p.dot(55, y, 2, p.l)


def raincoat(p: Pen) -> None:
    p.blob("34 24, 38 8, 62 8, 66 24, 50 32", p.d)
    _coat(p, 86)
    p.oval(50, 19, 10, 9, mix(p.d, INK, 0.3))
    p.line("50 28, 50 86", PAPER, 1.6)
    for y in (40, 54, 68):
        p.dot(50, y, 2, PAPER)
    p.box(33, 62, 43, 72, p.d, r=2)
    p.box(57, 62, 67, 72, p.d, r=2)


def puffer(p: Pen) -> None:
    _coat(p, 80)
    for y in (34, 45, 56, 67):
        p.line([(30, y), (70, y)], p.d, 1.4)
    for y in (42, 54):
        p.line([(16 - (y - 42) * 0.2, y), (27, y - 3)], p.d, 1.2)
        p.line([(84 + (y - 42) * 0.2, y), (73, y - 3)], p.d, 1.2)
    p.box(40, 13, 60, 23, p.l, r=3)
    p.line("50 20, 50 80", PAPER, 1.4)


def vest(p: Pen) -> None:
    p.poly("36 16, 44 18, 50 34, 56 18, 64 16, 70 36, 68 80, 32 80, 30 36", p.c)
    p.line("50 34, 50 80", p.d, 1.6)
    p.box(31, 50, 69, 56, PAPER)
    p.box(31, 64, 69, 70, PAPER)


def robe(p: Pen) -> None:
    _coat(p, 92)
    p.poly("42 15, 50 50, 37 30", p.l)
    p.poly("58 15, 50 50, 63 30", p.l)
    p.box(28, 50, 72, 56, p.d, r=1)
    p.line("48 55, 44 72", p.d, 3)


def pajamas(p: Pen) -> None:
    p.poly("30 12, 70 12, 84 22, 78 36, 69 31, 69 54, 31 54, 31 31, 22 36, 16 22", p.c)
    p.poly("43 12, 57 12, 50 24", p.d)
    for y in (30, 38, 46):
        p.dot(50, y, 1.4, PAPER)
    p.poly("32 57, 68 57, 72 92, 55 92, 50 70, 45 92, 28 92", p.c)
    p.line("33 60, 67 60", p.d, 1.6)


def swimsuit(p: Pen) -> None:
    p.blob("36 14, 41 14, 50 38, 59 14, 64 14, 67 38, 62 52, 70 70, 56 86, 44 86, 30 70, 38 52, 33 38", p.c)
    p.line("38 52, 62 52", p.d, 2.4)


def bikini(p: Pen) -> None:
    p.line("36 18, 50 40, 64 18", p.d, 1.6)
    p.poly("30 44, 40 26, 49 44", p.c)
    p.poly("51 44, 60 26, 70 44", p.c)
    p.line("22 42, 78 42", p.d, 1.8)
    p.poly("28 60, 72 60, 54 80, 46 80", p.c)
    p.line("26 60, 74 60", p.d, 2)


def onesie(p: Pen) -> None:
    p.poly("38 20, 62 20, 78 30, 72 44, 66 41, 66 62, 58 82, 42 82, 34 62, 34 41, 28 44, 22 30", p.c)
    p.oval(50, 20, 9, 6, p.d)
    for x in (45, 50, 55):
        p.dot(x, 79, 1.5, PAPER)
    p.star(50, 48, 8, p.a)


def sleep_sack(p: Pen) -> None:
    p.blob("38 14, 62 14, 68 34, 76 70, 64 88, 36 88, 24 70, 32 34", p.c)
    p.oval(50, 16, 9, 6, p.d)
    p.line("50 22, 50 84", p.d, 1.6)
    for x, y in ((38, 46), (62, 54), (38, 68), (62, 74)):
        p.star(x, y, 4, p.a)


def socks(p: Pen) -> None:
    for dx, tone in ((14, p.d), (0, p.c)):
        p.blob(
            [
                (30 + dx, 14),
                (48 + dx, 14),
                (48 + dx, 50),
                (66 + dx, 66),
                (62 + dx, 82),
                (46 + dx, 84),
                (30 + dx, 66),
                (29 + dx, 40),
            ],
            tone,
        )
    p.box(29, 13, 49, 23, p.a, r=2)
    p.pie(58, 75, 9, (-60, 130), p.a)


def tights(p: Pen) -> None:
    leggings(p)
    p.blob("39 86, 47 86, 46 94, 34 94", p.c)
    p.blob("53 86, 61 86, 66 94, 54 94", p.c)


def beanie(p: Pen) -> None:
    p.blob("24 62, 28 36, 50 20, 72 36, 76 62", p.c)
    p.dot(50, 20, 8, p.l)
    for x in (36, 50, 64):
        p.line([(50 + (x - 50) * 0.6, 32), (x, 58)], p.d, 1.2)
    p.box(20, 58, 80, 76, p.d, r=5)


def cap(p: Pen) -> None:
    p.blob("22 60, 26 38, 46 26, 66 36, 70 60", p.c)
    p.blob("62 54, 90 58, 92 66, 60 64", p.d)
    p.box(22, 57, 70, 64, p.d, r=2)
    p.dot(47, 27, 2.4, p.d)


def sun_hat(p: Pen) -> None:
    p.oval(50, 62, 42, 14, p.c)
    p.oval(50, 60, 27, 8, p.d)
    p.blob("27 58, 30 34, 50 26, 70 34, 73 58, 50 64", p.c)
    p.blob("27 52, 50 58, 73 52, 73 58, 50 64, 27 58", p.a)


def scarf(p: Pen) -> None:
    p.blob("28 22, 50 14, 72 22, 70 38, 50 42, 30 38", p.c)
    p.oval(50, 26, 13, 6, p.d)
    p.poly("34 36, 52 38, 50 82, 30 80", p.c)
    p.poly("48 38, 66 36, 72 72, 54 76", p.d)
    for x in (32, 37, 42, 47):
        p.line([(x, 80), (x - 0.5, 88)], p.d, 1.2)
    p.line("33 56, 50 57", p.l, 2.4)


def gloves(p: Pen) -> None:
    for dx, tone in ((20, p.d), (0, p.c)):
        for i, top in enumerate((30, 22, 24, 32)):
            p.box(24 + dx + i * 8, top, 31 + dx + i * 8, 60, tone, r=3.5)
        p.box(24 + dx, 44, 55 + dx, 74, tone, r=6)
        p.blob([(50 + dx, 60), (62 + dx, 44), (68 + dx, 48), (58 + dx, 68)], tone)
    p.box(26, 72, 53, 84, p.a, r=2)


def mittens(p: Pen) -> None:
    for dx, tone in ((24, p.d), (0, p.c)):
        p.blob([(22 + dx, 68), (20 + dx, 34), (34 + dx, 20), (48 + dx, 34), (47 + dx, 68)], tone)
        p.blob([(44 + dx, 52), (56 + dx, 42), (60 + dx, 50), (47 + dx, 66)], tone)
    p.box(20, 66, 49, 80, p.a, r=3)


def costume(p: Pen) -> None:
    p.poly("36 20, 64 20, 92 88, 66 80, 50 88, 34 80, 8 88", p.d)
    p.poly("38 24, 62 24, 68 84, 32 84", p.c)
    p.star(50, 46, 11, p.a)
    p.poly("34 24, 42 12, 50 22, 58 12, 66 24", p.d)


def mask(p: Pen) -> None:
    p.blob("14 44, 32 38, 50 46, 68 38, 86 44, 80 62, 62 66, 50 56, 38 66, 20 62", p.c)
    p.line("14 46, 4 42", p.d, 2)
    p.line("86 46, 96 42", p.d, 2)
    p.line("26 52, 40 53", p.d, 1.6)
    p.line("60 53, 74 52", p.d, 1.6)


def bib(p: Pen) -> None:
    p.blob("30 20, 40 12, 42 34, 58 34, 60 12, 70 20, 78 56, 68 84, 32 84, 22 56", p.c)
    p.blob("26 66, 50 70, 74 66, 68 85, 32 85", p.d)
    p.heart(50, 52, 7, p.a)


def apron(p: Pen) -> None:
    p.arc(50, 18, 13, 14, (180, 360), p.d, 2.4)
    p.poly("37 18, 63 18, 68 42, 80 48, 76 88, 24 88, 20 48, 32 42", p.c)
    p.line("20 48, 8 52", p.d, 2.4)
    p.line("80 48, 92 52", p.d, 2.4)
    p.box(34, 56, 66, 74, p.d, r=3)
    p.line("50 57, 50 73", p.c, 1.2)


SHAPES = {name: draw for name, draw in globals().items() if getattr(draw, "__module__", "") == __name__}
