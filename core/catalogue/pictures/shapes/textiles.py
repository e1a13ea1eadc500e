"""Textiles, storage, decor and the nursery."""

from __future__ import annotations

from core.catalogue.pictures.pen import GLOW, INK, LEAF, METAL, PAPER, WOOD, Pen, mix


def blanket(p: Pen) -> None:
    p.box(16, 52, 84, 82, p.d, r=7)
    p.box(16, 40, 84, 70, p.c, r=7)
    p.box(16, 28, 84, 56, p.l, r=7)
    p.box(16, 28, 84, 48, p.c, r=7)
    for i in range(12):
        p.line([(20 + i * 5.5, 80), (20 + i * 5.5, 87)], p.d, 1.4)
    p.line("24 38, 76 38", p.l, 1.6)


def cushion(p: Pen) -> None:
    p.blob("16 22, 50 26, 84 22, 80 52, 84 82, 50 78, 16 82, 20 52", p.c)
    p.blob("24 30, 50 33, 50 74, 24 75, 28 52", p.l)
    p.dot(50, 52, 2.6, p.d)


def pillow(p: Pen) -> None:
    p.blob("8 38, 24 32, 50 36, 76 32, 92 38, 90 56, 92 74, 76 78, 50 75, 24 78, 8 74, 10 56", p.c)
    p.arc(50, 56, 30, 10, (200, 340), p.d, 1.2)
    p.line("16 42, 24 48", p.d, 1.2)
    p.line("84 42, 76 48", p.d, 1.2)


def pouf(p: Pen) -> None:
    p.blob("14 60, 20 46, 50 40, 80 46, 86 60, 80 76, 50 82, 20 76", p.c)
    p.oval(50, 49, 31, 8, p.l)
    for x in (28, 42, 58, 72):
        p.arc(50, 62, abs(50 - x), 18, (100, 170) if x < 50 else (10, 80), p.d, 1.2)
    p.dot(50, 48, 2.4, p.d)


def rug(p: Pen) -> None:
    p.poly("26 34, 74 34, 92 76, 8 76", p.c)
    p.poly("30 39, 70 39, 83 71, 17 71", p.d)
    p.poly("34 44, 66 44, 75 66, 25 66", p.c)
    p.poly("50 47, 62 55, 50 63, 38 55", p.a)
    for i in range(15):
        p.line([(9 + i * 5.9, 76), (9 + i * 5.9, 81)], p.l, 1.2)


def doormat(p: Pen) -> None:
    p.box(10, 40, 90, 76, p.d, r=3)
    p.box(13, 43, 87, 73, p.c, r=2)
    for x in (32, 50, 68):
        p.heart(x, 58, 6, p.a)


def curtain(p: Pen) -> None:
    p.line("8 14, 92 14", INK, 3)
    p.box(30, 18, 70, 84, mix(p.a, PAPER, 0.78))
    for x0, x1 in ((12, 38), (62, 88)):
        p.box(x0, 14, x1, 88, p.c)
        for i in range(1, 5):
            x = x0 + i * (x1 - x0) / 5
            p.line([(x, 18), (x, 86)], p.d, 1.3)


def bedding(p: Pen) -> None:
    p.box(8, 26, 92, 50, WOOD, r=3)
    p.box(14, 40, 46, 56, PAPER, r=5)
    p.box(54, 40, 86, 56, PAPER, r=5)
    p.box(8, 52, 92, 82, p.c, r=5)
    p.box(8, 52, 92, 60, p.l, r=4)
    p.box(12, 82, 17, 88, WOOD)
    p.box(83, 82, 88, 88, WOOD)


def bed(p: Pen) -> None:
    p.box(8, 22, 92, 54, p.c, r=5)
    p.box(14, 42, 46, 58, PAPER, r=5)
    p.box(54, 42, 86, 58, PAPER, r=5)
    p.box(8, 54, 92, 72, mix(p.a, PAPER, 0.3), r=4)
    p.box(6, 68, 94, 80, p.d, r=2)
    p.box(10, 80, 15, 88, p.d)
    p.box(85, 80, 90, 88, p.d)


def mattress(p: Pen) -> None:
    p.poly("22 38, 90 38, 78 62, 8 62", PAPER)
    p.box(8, 62, 78, 76, mix(PAPER, METAL, 0.4), r=2)
    p.poly("78 62, 90 38, 90 52, 78 76", mix(PAPER, METAL, 0.7))
    for i in range(4):
        p.line([(24 + i * 14, 46), (38 + i * 14, 46)], mix(p.a, PAPER, 0.4), 1.4)
        p.line([(16 + i * 14, 54), (30 + i * 14, 54)], mix(p.a, PAPER, 0.4), 1.4)


def nightstand(p: Pen) -> None:
    p.box(24, 42, 76, 74, p.c, r=2)
    p.box(29, 48, 71, 58, p.d, r=1)
    p.box(29, 61, 71, 70, p.d, r=1)
    p.dot(50, 53, 1.8, METAL)
    p.dot(50, 65.5, 1.8, METAL)
    p.line("28 74, 26 88", p.d, 3)
    p.line("72 74, 74 88", p.d, 3)
    p.box(34, 37, 54, 42, p.a, r=1)


def dresser(p: Pen) -> None:
    p.box(14, 30, 86, 80, p.c, r=2)
    p.box(12, 26, 88, 32, p.l, r=1)
    for i in range(2):
        for j in range(3):
            p.box(19 + i * 33, 36 + j * 14, 48 + i * 33, 47 + j * 14, p.d, r=1)
            p.dot(33.5 + i * 33, 41.5 + j * 14, 1.6, PAPER)
    p.box(18, 80, 23, 87, p.d)
    p.box(77, 80, 82, 87, p.d)


def basket(p: Pen) -> None:
    p.poly("16 38, 84 38, 76 84, 24 84", p.c)
    for i in range(5):
        p.line([(18 + i, 46 + i * 8), (82 - i, 46 + i * 8)], p.d, 1.4)
    for i in range(7):
        p.line([(24 + i * 8.7, 40), (29 + i * 7, 83)], p.d, 1)
    p.box(14, 34, 86, 42, p.d, r=4)
    p.blob("24 36, 34 24, 50 28, 64 22, 76 36", mix(p.a, PAPER, 0.35))


def chest(p: Pen) -> None:
    p.box(14, 44, 86, 82, p.c, r=2)
    p.blob("14 46, 18 28, 50 24, 82 28, 86 46, 50 46", p.d)
    p.box(12, 43, 88, 49, p.l, r=1)
    p.box(45, 46, 55, 57, METAL, r=2)


def hooks(p: Pen) -> None:
    p.box(10, 28, 90, 40, p.c, r=2)
    for x in (22, 40, 58, 76):
        p.line([(x, 38), (x, 54)], p.d, 3)
        p.arc(x + 4, 54, 4, 5, (0, 180), p.d, 3)
    p.poly("34 52, 50 52, 56 82, 28 82", p.a)


def shoe_rack(p: Pen) -> None:
    for y in (34, 56, 78):
        p.line([(14, y), (86, y)], p.c, 3)
    p.line("14 26, 14 88", p.d, 3)
    p.line("86 26, 86 88", p.d, 3)
    for i, (x, y) in enumerate(((20, 34), (50, 34), (20, 56), (50, 56), (20, 78), (50, 78))):
        p.blob([(x, y - 2), (x + 2, y - 11), (x + 10, y - 9), (x + 22, y - 4), (x + 22, y - 2)], (p.a, INK, p.l)[i % 3])


def hanger(p: Pen) -> None:
    p.arc(50, 26, 7, 8, (180, 420), METAL, 3)
    p.line("50 34, 50 42", METAL, 3)
    p.line("50 42, 12 66, 88 66, 50 42", p.c, 5)


def clothes_rail(p: Pen) -> None:
    p.line("16 88, 16 18, 84 18, 84 88", p.c, 3)
    p.line("8 88, 24 88", p.c, 3)
    p.line("76 88, 92 88", p.c, 3)
    for i, tone in enumerate((p.a, PAPER, p.d, mix(p.a, INK, 0.35))):
        x = 28 + i * 13
        p.poly([(x, 24), (x + 9, 30), (x + 8, 66), (x - 4, 66), (x - 5, 30)], tone)
        p.arc(x + 1, 20, 2.4, 3, (180, 380), METAL, 1)


def vase(p: Pen) -> None:
    for x, y in ((36, 18), (50, 10), (64, 18)):
        p.line([(50, 48), (x, y + 4)], LEAF, 1.8)
        p.dot(x, y, 7, p.a)
        p.dot(x, y, 2.6, GLOW)
    p.blob("42 42, 58 42, 56 52, 70 70, 62 86, 38 86, 30 70, 44 52", p.c)
    p.blob("44 56, 40 68, 42 80, 36 76, 35 68", p.l)


def pampas(p: Pen) -> None:
    for x, y in ((30, 16), (50, 8), (70, 16), (40, 20), (60, 20)):
        p.line([(50, 60), (x, y + 16)], WOOD, 1.4)
        p.blob([(x, y - 4), (x + 6, y + 10), (x + 2, y + 26), (x - 5, y + 12)], p.c)
    p.blob("42 54, 58 54, 66 74, 60 88, 40 88, 34 74", p.d)


def frame(p: Pen) -> None:
    p.box(20, 12, 80, 86, p.c, r=1.5)
    p.box(25, 17, 75, 81, PAPER)
    p.box(33, 26, 67, 72, mix(p.a, PAPER, 0.55))
    p.dot(57, 38, 6, GLOW)
    p.poly("33 72, 33 62, 45 48, 54 60, 60 54, 67 64, 67 72", mix(LEAF, p.a, 0.3))


def mirror(p: Pen) -> None:
    p.dot(50, 48, 38, p.c)
    p.dot(50, 48, 33, (214, 228, 234))
    p.line("34 58, 58 30", PAPER, 4)
    p.line("48 66, 68 42", PAPER, 2.4)


def tall_mirror(p: Pen) -> None:
    p.line("62 40, 76 90", p.d, 3)
    p.box(30, 8, 68, 90, p.c, r=19)
    p.box(34, 12, 64, 86, (214, 228, 234), r=15)
    p.line("42 50, 56 28", PAPER, 3.4)


def clock(p: Pen) -> None:
    p.dot(50, 50, 36, p.c)
    p.dot(50, 50, 30, PAPER)
    for x, y in ((50, 25), (75, 50), (50, 75), (25, 50)):
        p.dot(x, y, 2, INK)
    p.line("50 50, 50 32", INK, 3)
    p.line("50 50, 62 58", INK, 3)
    p.dot(50, 50, 3, p.a)


def towel(p: Pen) -> None:
    p.box(20, 22, 80, 82, p.c, r=5)
    p.box(20, 22, 80, 46, p.l, r=5)
    p.line("20 46, 80 46", p.d, 1.4)
    p.box(20, 66, 80, 71, p.a)
    p.line("20 75, 80 75", p.d, 1.4)


def drying_rack(p: Pen) -> None:
    p.line("20 88, 70 26", METAL, 3)
    p.line("80 88, 30 26", METAL, 3)
    p.line("10 30, 90 30", p.c, 3)
    p.line("14 40, 86 40", p.c, 2)
    for x, tone in ((20, p.a), (44, PAPER), (66, p.d)):
        p.box(x, 31, x + 16, 60, tone, r=1)


def crib(p: Pen) -> None:
    p.box(14, 52, 86, 66, PAPER, r=3)
    p.box(20, 44, 46, 56, p.a, r=5)
    for i in range(10):
        p.box(15 + i * 7.4, 30, 18 + i * 7.4, 72, p.c, r=1)
    p.box(10, 26, 90, 32, p.d, r=2)
    p.box(10, 70, 90, 76, p.d, r=2)
    for x in (10, 85):
        p.box(x, 20, x + 5, 86, p.d, r=2)


def bassinet(p: Pen) -> None:
    p.pie(62, 48, 28, (180, 360), p.d)
    p.blob("14 44, 86 44, 80 68, 50 74, 20 68", p.c)
    p.box(12, 42, 88, 48, PAPER, r=3)
    p.line("30 70, 22 88", WOOD, 3)
    p.line("70 70, 78 88", WOOD, 3)


def high_chair(p: Pen) -> None:
    p.line("38 46, 26 90", WOOD, 3.4)
    p.line("62 46, 74 90", WOOD, 3.4)
    p.line("31 74, 69 74", WOOD, 3)
    p.box(36, 12, 64, 52, p.c, r=7)
    p.box(30, 48, 70, 57, p.d, r=4)
    p.box(24, 38, 76, 45, PAPER, r=3)
    p.box(58, 31, 67, 38, p.a, r=2)


def gate(p: Pen) -> None:
    p.box(12, 24, 88, 30, p.c, r=2)
    p.box(12, 78, 88, 84, p.c, r=2)
    for i in range(9):
        p.box(14 + i * 8.7, 28, 17.4 + i * 8.7, 80, p.d if 3 < i < 7 else p.c, r=1)
    p.box(60, 20, 70, 34, p.a, r=2)


def stool(p: Pen) -> None:
    p.box(24, 30, 76, 40, p.c, r=4)
    p.line("32 40, 26 86", p.d, 4)
    p.line("68 40, 74 86", p.d, 4)
    p.line("29 62, 71 62", p.d, 3.4)


def cart(p: Pen) -> None:
    p.line("22 22, 22 80", p.d, 3)
    p.line("78 22, 78 80", p.d, 3)
    for y in (34, 56, 78):
        p.box(20, y - 5, 80, y + 2, p.c, r=2)
    p.box(30, 16, 38, 29, p.a, r=2)
    p.box(44, 20, 56, 29, PAPER, r=2)
    p.box(34, 42, 60, 51, mix(p.a, PAPER, 0.5), r=2)
    p.dot(26, 86, 4, INK)
    p.dot(74, 86, 4, INK)


SHAPES = {name: draw for name, draw in globals().items() if getattr(draw, "__module__", "") == __name__}
