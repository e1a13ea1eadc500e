"""Shoes and jewelry."""

from __future__ import annotations

from core.catalogue.pictures.pen import INK, METAL, PAPER, WOOD, Pen, mix


def sneaker(p: Pen) -> None:
    p.blob("14 66, 18 42, 30 36, 36 46, 54 44, 66 56, 86 62, 89 72, 14 72", p.c)
    p.box(11, 70, 91, 79, PAPER, r=4)
    p.box(11, 76, 91, 80, p.d, r=2)
    p.blob("16 60, 18 44, 28 40, 30 66, 16 68", p.d)
    for x, y in ((40, 49), (46, 50), (52, 53)):
        p.line([(x, y), (x + 5, y - 5)], PAPER, 1.8)
    p.line("34 68, 52 56, 60 68", p.a, 3)


def low_sneaker(p: Pen) -> None:
    p.blob("14 68, 16 48, 34 44, 50 44, 66 58, 84 62, 88 72, 14 72", p.c)
    p.box(12, 69, 90, 79, PAPER, r=3)
    p.line("14 74, 88 74", p.d, 1)
    for x, y in ((46, 48), (52, 52), (58, 56)):
        p.line([(x, y), (x - 6, y + 5)], p.d if p.c != PAPER else INK, 1.8)
    p.box(14, 46, 22, 66, p.d, r=2)


def hightop(p: Pen) -> None:
    p.blob("20 70, 20 24, 44 22, 48 46, 64 58, 84 62, 88 72, 20 74", p.c)
    p.box(18, 70, 90, 79, PAPER, r=3)
    p.line("20 75, 88 75", p.a, 1.2)
    p.dot(31, 44, 6, PAPER)
    for i in range(5):
        p.line([(44 + i * 2.6, 30 + i * 7), (51 + i * 2.6, 28 + i * 7)], PAPER, 1.6)
    p.blob("78 62, 88 66, 89 72, 72 72", PAPER)


def boot(p: Pen) -> None:
    p.blob("26 72, 26 24, 52 22, 54 52, 74 60, 84 68, 84 76, 26 76", p.c)
    p.box(24, 72, 86, 80, INK, r=2)
    p.box(24, 76, 42, 84, INK, r=1)
    p.poly("36 24, 46 24, 46 44, 36 44", p.d)
    p.line("28 26, 50 24", p.d, 2)


def hiking_boot(p: Pen) -> None:
    p.blob("22 72, 22 26, 48 22, 52 46, 72 56, 86 66, 86 76, 22 76", p.c)
    p.box(19, 72, 89, 80, INK, r=2)
    for x in (24, 36, 48, 60, 72, 82):
        p.box(x - 4, 78, x + 2, 84, INK, r=1)
    p.blob("22 24, 48 20, 49 30, 22 34", p.d)
    for i in range(4):
        p.line([(46 + i * 4, 34 + i * 6), (54 + i * 4, 32 + i * 6)], p.a, 2)
    p.blob("70 58, 88 66, 88 73, 68 73", p.d)


def rain_boot(p: Pen) -> None:
    for dx, tone in ((16, p.d), (0, p.c)):
        p.blob(
            [(20 + dx, 76), (21 + dx, 20), (43 + dx, 20), (44 + dx, 58), (62 + dx, 64), (68 + dx, 78), (20 + dx, 78)],
            tone,
        )
    p.box(18, 76, 70, 83, INK, r=2)
    p.box(20, 18, 44, 26, p.l, r=2)
    p.line("27 32, 27 62", p.l, 2)


def winter_boot(p: Pen) -> None:
    p.blob("26 72, 28 30, 52 28, 54 54, 74 60, 82 70, 82 76, 26 76", p.c)
    p.blob("24 34, 28 20, 52 18, 57 32, 40 38", PAPER)
    p.box(24, 70, 84, 81, INK, r=3)
    p.line("30 50, 50 48", p.d, 3)


def tall_boot(p: Pen) -> None:
    p.blob("30 78, 30 10, 52 10, 50 58, 66 66, 76 74, 76 80, 46 78", p.c)
    p.box(30, 74, 39, 90, INK, r=1)
    p.poly("44 80, 77 78, 77 83, 44 85", INK)
    p.line("34 14, 34 70", p.d, 1.2)


def sandal(p: Pen) -> None:
    p.blob("12 70, 28 62, 60 68, 84 66, 90 74, 60 80, 16 80", WOOD)
    p.blob("12 74, 60 76, 90 74, 88 81, 14 82", INK)
    p.blob("26 64, 32 40, 42 40, 48 66", p.c)
    p.blob("56 68, 62 48, 72 50, 80 68", p.c)
    p.dot(38, 46, 2.2, METAL)
    p.dot(67, 55, 2.2, METAL)


def flip_flop(p: Pen) -> None:
    for x, tone in ((32, p.c), (66, p.c)):
        p.blob(
            [(x - 13, 24), (x, 14), (x + 13, 24), (x + 10, 54), (x + 9, 80), (x, 86), (x - 9, 80), (x - 10, 54)], tone
        )
        p.line([(x - 11, 48), (x, 28), (x + 11, 48)], p.d, 3.4)


def slide(p: Pen) -> None:
    p.blob("10 70, 50 66, 86 66, 91 74, 86 82, 14 82", p.d)
    p.blob("44 68, 50 46, 70 46, 80 68", p.c)


def slipper(p: Pen) -> None:
    p.blob("10 68, 30 68, 44 48, 70 50, 88 66, 86 76, 12 76", p.c)
    p.blob("16 68, 32 62, 46 50, 40 70", p.l)
    p.blob("36 60, 46 45, 54 46, 44 66", PAPER)
    p.box(9, 73, 89, 80, p.d, r=3)


def heel(p: Pen) -> None:
    p.blob("14 36, 26 34, 44 62, 70 70, 88 76, 86 81, 58 80, 34 64", p.c)
    p.poly("15 40, 28 52, 24 82, 18 82", p.d)
    p.line("56 81, 88 81", INK, 1.6)


def ballet(p: Pen) -> None:
    p.blob("10 66, 14 56, 34 66, 58 64, 84 66, 90 76, 50 79, 12 77", p.c)
    p.blob("16 60, 36 67, 60 65, 52 71, 20 70", p.d)
    p.dot(64, 66, 3.4, p.a)


def loafer(p: Pen) -> None:
    p.blob("10 66, 13 50, 36 58, 50 50, 68 60, 86 66, 90 75, 12 75", p.c)
    p.box(10, 73, 90, 78, INK, r=1)
    p.box(10, 76, 28, 83, INK, r=1)
    p.poly("44 56, 56 52, 66 62, 52 68", p.d)


def oxford(p: Pen) -> None:
    loafer(p)
    for i in range(3):
        p.line([(44 + i * 5, 58 + i * 3), (51 + i * 5, 54 + i * 3)], PAPER, 1.4)
    p.arc(80, 72, 9, 9, (200, 290), p.l, 1)


def baby_shoe(p: Pen) -> None:
    for dx, tone in ((22, p.d), (0, p.c)):
        p.blob(
            [(16 + dx, 70), (18 + dx, 44), (36 + dx, 40), (44 + dx, 54), (60 + dx, 62), (60 + dx, 74), (18 + dx, 76)],
            tone,
        )
        p.line([(22 + dx, 54), (42 + dx, 52)], p.a, 4)
    p.box(15, 72, 62, 78, PAPER, r=3)


def belt(p: Pen) -> None:
    for r, tone in ((32, p.c), (26, p.d)):
        p.arc(50, 50, r, r * 0.9, (20, 350), tone, 8 if r == 32 else 4)
    p.box(66, 52, 86, 72, METAL, r=3)
    p.box(71, 57, 81, 67, p.d, r=1)


def tie(p: Pen) -> None:
    p.poly("42 10, 58 10, 55 24, 45 24", p.d)
    p.poly("45 24, 55 24, 63 76, 50 92, 37 76", p.c)
    for y in (38, 52, 66):
        p.line([(42, y + 5), (58, y - 5)], p.a, 2.4)


def sunglasses(p: Pen) -> None:
    for x in (30, 70):
        p.box(x - 19, 38, x + 19, 66, p.c, r=11)
        p.box(x - 14, 43, x + 14, 61, mix(INK, p.a, 0.35), r=8)
        p.line([(x - 8, 57), (x - 2, 47)], mix(INK, PAPER, 0.5), 1.6)
    p.arc(50, 48, 7, 6, (190, 350), p.c, 3.4)


def necklace(p: Pen) -> None:
    p.arc(50, 22, 28, 44, (8, 172), p.c, 1.8)
    p.heart(50, 72, 9, p.c)
    p.heart(48, 70, 4, p.l)


def earrings(p: Pen) -> None:
    for x in (34, 66):
        p.dot(x, 34, 3, METAL)
        p.arc(x, 54, 14, 17, (0, 360), p.c, 4)


def ring(p: Pen) -> None:
    p.arc(50, 58, 25, 25, (0, 360), p.c, 6)
    p.poly("42 26, 58 26, 64 34, 50 46, 36 34", p.a)
    p.poly("42 26, 58 26, 50 34", p.l)


def bracelet(p: Pen) -> None:
    from math import cos, pi, sin

    for i in range(14):
        t = 2 * pi * i / 14
        p.dot(50 + 29 * cos(t), 52 + 25 * sin(t), 5.6, p.c if i % 3 else p.a)


def watch(p: Pen) -> None:
    p.box(39, 8, 61, 92, p.c, r=4)
    p.dot(50, 50, 23, METAL)
    p.dot(50, 50, 18, PAPER)
    p.line("50 50, 50 38", INK, 2)
    p.line("50 50, 58 54", INK, 2)


SHAPES = {name: draw for name, draw in globals().items() if getattr(draw, "__module__", "") == __name__}
