"""Cosmetics, candles and scent."""

from __future__ import annotations

from core.catalogue.pictures.pen import INK, METAL, PAPER, WOOD, Pen, mix

GLASS = (206, 224, 230)


def tube(p: Pen) -> None:
    p.poly("32 12, 68 12, 63 74, 37 74", p.c)
    p.box(30, 8, 70, 16, p.d, r=1)
    p.box(38, 72, 62, 88, PAPER, r=3)
    p.line("40 34, 60 34", PAPER, 3)
    p.line("43 42, 57 42", PAPER, 1.6)
    p.dot(50, 58, 4, p.a)


def jar_cosmetic(p: Pen) -> None:
    p.box(18, 46, 82, 84, p.c, r=9)
    p.box(16, 28, 84, 48, PAPER, r=5)
    p.box(16, 42, 84, 48, mix(PAPER, METAL, 0.5), r=2)
    p.line("38 62, 62 62", p.d, 2.6)
    p.line("43 70, 57 70", p.d, 1.6)


def pump_bottle(p: Pen) -> None:
    p.line("50 14, 50 32", METAL, 3.4)
    p.line("50 14, 28 16, 26 21", INK, 4.4)
    p.box(42, 26, 58, 36, INK, r=2)
    p.box(30, 34, 70, 88, p.c, r=8)
    p.box(36, 52, 64, 74, PAPER, r=2)
    p.line("41 60, 59 60", p.d, 2.2)
    p.line("44 67, 56 67", METAL, 1.6)


def spray(p: Pen) -> None:
    p.box(36, 8, 60, 22, INK, r=3)
    p.poly("36 10, 24 12, 24 17, 36 18", INK)
    p.line("38 20, 34 32", INK, 3)
    p.box(43, 20, 57, 32, METAL)
    p.blob("43 30, 57 30, 68 44, 68 84, 60 88, 40 88, 32 84, 32 44", p.c)
    p.box(37, 52, 63, 74, PAPER, r=2)
    p.blob("50 55, 56 64, 50 70, 44 64", p.a)


def dropper(p: Pen) -> None:
    p.box(43, 6, 57, 26, INK, r=6)
    p.box(38, 24, 62, 36, METAL, r=2)
    p.box(30, 35, 70, 88, p.c, r=7)
    p.box(35, 50, 65, 76, PAPER, r=2)
    p.blob("50 54, 56 64, 50 71, 44 64", p.d)


def perfume(p: Pen) -> None:
    p.box(42, 10, 58, 26, p.d, r=3)
    p.box(44, 24, 56, 34, METAL)
    p.box(24, 34, 76, 86, mix(p.c, PAPER, 0.35), r=8)
    p.box(29, 52, 71, 81, p.c, r=5)
    p.box(38, 56, 62, 70, PAPER, r=1)
    p.line("34 40, 34 48", PAPER, 2.4)


def lipstick(p: Pen) -> None:
    p.poly("42 26, 58 14, 58 46, 42 46", p.c)
    p.poly("42 26, 58 14, 58 22, 46 30", p.l)
    p.box(39, 44, 61, 60, (211, 169, 62))
    p.box(35, 58, 65, 90, INK, r=2)


def gloss(p: Pen) -> None:
    p.box(41, 8, 59, 44, INK, r=3)
    p.box(39, 44, 61, 90, p.c, r=5)
    p.box(43, 50, 47, 84, p.l, r=2)


def stick(p: Pen) -> None:
    p.box(36, 12, 64, 40, PAPER, r=9)
    p.box(33, 36, 67, 84, p.c, r=4)
    p.box(36, 82, 64, 90, p.d, r=2)
    p.line("42 54, 58 54", PAPER, 3)
    p.line("45 62, 55 62", PAPER, 1.6)


def mascara(p: Pen) -> None:
    p.line("30 22, 56 48", INK, 2.4)
    p.line("24 16, 40 32", INK, 7)
    p.line("56 48, 70 62", p.a, 10)
    p.line("30 70, 58 86", p.c if p.c != INK else p.d, 11)


def compact(p: Pen) -> None:
    p.dot(50, 34, 26, p.d)
    p.dot(50, 34, 21, GLASS)
    p.dot(50, 66, 26, p.d)
    p.dot(50, 66, 21, p.c)
    p.line("40 28, 54 42", PAPER, 3)


def palette(p: Pen) -> None:
    p.box(12, 24, 88, 80, INK, r=5)
    for i in range(4):
        for j in range(2):
            share = (i + j * 4) / 8
            p.box(17 + i * 17, 30 + j * 24, 31 + i * 17, 50 + j * 24, mix(p.c, p.a if i % 2 else PAPER, share), r=3)


def nail_polish(p: Pen) -> None:
    p.poly("44 8, 56 8, 59 46, 41 46", INK)
    p.blob("32 48, 68 48, 74 68, 68 86, 32 86, 26 68", p.c)
    p.blob("36 54, 42 52, 38 70, 34 70", p.l)


def soap(p: Pen) -> None:
    p.box(14, 44, 86, 78, p.d, r=11)
    p.box(14, 38, 86, 72, p.c, r=11)
    p.box(26, 46, 74, 64, p.l, r=7)
    for x, y, r in ((70, 28, 6), (80, 20, 4), (60, 22, 3.4)):
        p.dot(x, y, r, mix(GLASS, PAPER, 0.5))


def bath_bomb(p: Pen) -> None:
    for x, y, tone in ((34, 62, p.c), (66, 62, p.a), (50, 38, mix(p.c, PAPER, 0.45))):
        p.dot(x, y, 20, tone)
        for dx, dy in ((-6, -8), (6, -3), (-3, 6), (8, 8)):
            p.dot(x + dx, y + dy, 1.8, mix(tone, PAPER, 0.6))


def toothbrush(p: Pen) -> None:
    for x, tone in ((40, p.c), (60, p.a)):
        p.box(x - 4, 34, x + 4, 92, WOOD if tone == p.c else tone, r=4)
        p.box(x - 4, 10, x + 4, 38, WOOD if tone == p.c else tone, r=3)
        p.box(x + 2, 12, x + 11, 30, PAPER, r=2)


def razor(p: Pen) -> None:
    p.box(24, 16, 76, 30, METAL, r=4)
    p.line("28 30, 72 30", INK, 1.6)
    p.box(45, 28, 55, 90, p.c, r=4)
    for y in (52, 60, 68, 76):
        p.line([(46, y), (54, y)], p.d, 1.6)


def hairbrush(p: Pen) -> None:
    p.box(44, 54, 56, 94, p.c, r=5)
    p.oval(50, 34, 22, 28, p.c)
    p.oval(50, 34, 16, 22, p.l)
    for i in range(3):
        for j in range(5):
            p.dot(42 + i * 8, 20 + j * 7, 1.8, INK)


def hair_dryer(p: Pen) -> None:
    p.box(22, 22, 80, 48, p.c, r=12)
    p.box(10, 26, 26, 44, INK, r=3)
    p.poly("52 46, 70 46, 64 88, 50 88", p.d)
    p.dot(70, 35, 7, p.d)
    p.box(54, 54, 60, 64, p.a, r=2)


def makeup_brush(p: Pen) -> None:
    for x, y in ((32, 8), (50, 0), (68, 8)):
        p.blob([(x, 10 + y), (x + 8, 24 + y), (x + 5, 36 + y), (x - 5, 36 + y), (x - 8, 24 + y)], (122, 84, 62))
        p.box(x - 4, 35 + y, x + 4, 48 + y, METAL)
        p.poly([(x - 4, 48 + y), (x + 4, 48 + y), (x + 1.6, 86 + y), (x - 1.6, 86 + y)], p.c)


def sponge(p: Pen) -> None:
    p.blob("50 14, 70 44, 72 70, 50 86, 28 70, 30 44", p.c)
    p.blob("46 24, 54 30, 42 52, 36 48", p.l)


def sheet_mask(p: Pen) -> None:
    p.box(24, 12, 76, 88, p.c, r=3)
    p.box(24, 12, 76, 20, p.d)
    p.oval(50, 54, 18, 24, PAPER)
    p.oval(43, 49, 4, 2.4, p.c)
    p.oval(57, 49, 4, 2.4, p.c)
    p.oval(50, 64, 5, 2.4, p.c)


def candle(p: Pen) -> None:
    p.blob("50 10, 56 22, 50 30, 44 22", (244, 176, 70))
    p.line("50 28, 50 36", INK, 1.4)
    p.box(26, 34, 74, 86, mix(p.c, GLASS, 0.25), r=6)
    p.oval(50, 37, 22, 5, PAPER)
    p.box(34, 52, 66, 74, PAPER, r=2)
    p.line("40 60, 60 60", p.d, 2.2)
    p.line("44 67, 56 67", METAL, 1.6)


def pillar_candle(p: Pen) -> None:
    for x, top, tone in ((30, 46, p.d), (70, 38, p.l), (50, 26, p.c)):
        p.blob([(x, top - 18), (x + 4, top - 9), (x, top - 4), (x - 4, top - 9)], (244, 176, 70))
        p.line([(x, top - 5), (x, top)], INK, 1.2)
        p.box(x - 11, top, x + 11, 86, tone, r=2)


def candle_holder(p: Pen) -> None:
    for x, top in ((28, 34), (50, 14), (72, 26)):
        p.box(x - 2.6, top, x + 2.6, 60, PAPER, r=1)
        p.oval(x, top - 4, 2.4, 4.4, (244, 176, 70))
        p.box(x - 5, 58, x + 5, 64, p.c, r=1)
        p.box(x - 1.6, 62, x + 1.6, 84, p.c)
        p.oval(x, 85, 10, 3.4, p.d)


def diffuser(p: Pen) -> None:
    for x in (36, 46, 56, 66):
        p.line([(50, 50), (x, 8)], WOOD, 2)
    p.box(42, 42, 58, 54, INK, r=2)
    p.box(30, 52, 70, 88, p.c, r=6)
    p.box(36, 62, 64, 80, PAPER, r=2)
    p.line("42 71, 58 71", p.d, 2)


def aroma(p: Pen) -> None:
    for x, y in ((50, 22), (44, 12), (56, 8)):
        p.dot(x, y, 6, mix(PAPER, METAL, 0.25))
    p.blob("40 34, 60 34, 76 62, 66 84, 34 84, 24 62", p.c)
    p.blob("40 40, 46 40, 34 64, 38 78, 30 66", p.l)
    p.box(30, 82, 70, 88, WOOD, r=2)


def incense(p: Pen) -> None:
    p.line("28 78, 74 26", INK, 1.8)
    p.dot(74, 26, 2.6, (232, 110, 47))
    p.blob("76 22, 82 14, 76 6, 80 16", METAL)
    p.oval(46, 80, 38, 6, p.c)


SHAPES = {name: draw for name, draw in globals().items() if getattr(draw, "__module__", "") == __name__}
