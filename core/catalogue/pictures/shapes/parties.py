"""Halloween, Valentine's Day, Easter and parties."""

from __future__ import annotations

from core.catalogue.pictures.pen import GLOW, INK, LEAF, METAL, PAPER, WOOD, Pen, mix

RED = (201, 59, 59)
GOLD = (211, 169, 62)


def skeleton(p: Pen) -> None:
    bone = PAPER
    p.dot(50, 20, 13, bone)
    p.box(43, 26, 57, 36, bone, r=3)
    p.dot(45, 19, 3.4, INK)
    p.dot(55, 19, 3.4, INK)
    p.line("50 36, 50 66", bone, 3.4)
    for y in (42, 49, 56):
        p.arc(50, y - 3, 13, 6, (10, 170), bone, 2.6)
    p.line("34 40, 22 54, 28 68", bone, 3)
    p.line("66 40, 78 54, 84 40", bone, 3)
    p.line("34 40, 66 40", bone, 3)
    p.line("42 66, 58 66", bone, 4)
    p.line("44 66, 40 92", bone, 3)
    p.line("56 66, 60 92", bone, 3)


def tombstone(p: Pen) -> None:
    p.box(24, 18, 76, 92, p.c, r=24)
    p.box(24, 50, 76, 92, p.c)
    p.line("50 34, 50 58", p.d, 4)
    p.line("41 42, 59 42", p.d, 4)
    p.line("36 68, 64 68", p.d, 2.4)
    p.blob("10 92, 22 82, 40 90, 60 82, 78 90, 92 92", LEAF)


def spider(p: Pen) -> None:
    for s in (-1, 1):
        for dy, reach in ((-16, 30), (-4, 36), (8, 36), (20, 28)):
            p.line([(50, 54), (50 + s * reach * 0.6, 54 + dy - 12), (50 + s * reach, 54 + dy + 8)], p.d, 2.4)
    p.line("50 4, 50 40", METAL, 1)
    p.oval(50, 62, 17, 19, p.c)
    p.dot(50, 42, 11, p.c)
    p.dot(46, 40, 2.4, RED)
    p.dot(54, 40, 2.4, RED)


def pumpkin(p: Pen) -> None:
    body = p.c if p.c != INK else (226, 124, 44)
    for x, rx in ((28, 16), (72, 16), (39, 17), (61, 17), (50, 15)):
        p.oval(x, 56, rx, 29, mix(body, INK, 0.1) if x in (28, 72, 50) else body)
    p.poly("46 30, 54 30, 58 14, 50 16", LEAF)
    if p.pattern == "face":
        p.poly("32 48, 44 48, 38 38", INK)
        p.poly("56 48, 68 48, 62 38", INK)
        p.blob("28 60, 50 68, 72 60, 60 76, 40 76", INK)


def ghost(p: Pen) -> None:
    p.blob("26 84, 24 36, 50 10, 76 36, 74 84, 66 78, 58 86, 50 78, 42 86, 34 78", PAPER)
    p.oval(42, 40, 4, 6, INK)
    p.oval(58, 40, 4, 6, INK)
    p.oval(50, 56, 5, 7, INK)


def bat(p: Pen) -> None:
    p.blob("50 44, 66 34, 94 30, 84 48, 82 64, 68 56, 58 66, 50 76, 42 66, 32 56, 18 64, 16 48, 6 30, 34 34", p.c)
    p.poly("42 40, 44 24, 50 36", p.c)
    p.poly("58 40, 56 24, 50 36", p.c)
    p.dot(46, 46, 2, GLOW)
    p.dot(54, 46, 2, GLOW)


def cauldron(p: Pen) -> None:
    for x, y, r in ((40, 22, 6), (54, 14, 8), (64, 26, 5)):
        p.dot(x, y, r, (151, 194, 67))
    p.dot(50, 60, 31, p.c)
    p.oval(50, 36, 30, 7, p.d)
    p.oval(50, 35, 25, 5, (151, 194, 67))
    p.line("32 84, 28 92", p.c, 5)
    p.line("68 84, 72 92", p.c, 5)


def witch_hat(p: Pen) -> None:
    p.oval(50, 76, 44, 11, p.c)
    p.blob("28 74, 40 40, 54 10, 70 16, 60 24, 72 74, 50 78", p.c)
    p.blob("30 66, 50 72, 71 66, 72 75, 50 80, 28 75", p.a)
    p.box(44, 67, 56, 79, GOLD, r=2)


def heart(p: Pen) -> None:
    p.heart(50, 52, 38, p.c)
    p.heart(50, 52, 31, p.d)
    p.heart(50, 52, 28, p.c)
    p.line("12 46, 88 46", p.a, 4)
    p.poly("50 46, 38 38, 38 54", p.a)
    p.poly("50 46, 62 38, 62 54", p.a)


def rose(p: Pen) -> None:
    p.line("50 48, 50 92", LEAF, 4)
    p.blob("50 74, 68 60, 74 68, 58 80", LEAF)
    p.blob("28 34, 40 14, 60 14, 72 34, 62 54, 38 54", p.c)
    p.arc(50, 32, 14, 11, (0, 270), p.d, 3)
    p.arc(50, 31, 7, 6, (90, 360), p.l, 3)
    p.blob("28 34, 40 46, 50 54, 38 54", p.d)


def heart_garland(p: Pen) -> None:
    p.arc(50, 20, 46, 26, (0, 180), INK, 1.4)
    for i, x in enumerate((14, 32, 50, 68, 86)):
        y = 20 + 26 * (1 - ((x - 50) / 46) ** 2) ** 0.5
        p.heart(x, y + 12, 11, (p.c, p.a)[i % 2])


def balloon(p: Pen) -> None:
    for x, y, tone in ((32, 36, p.c), (68, 38, p.a), (50, 26, mix(p.c, PAPER, 0.4))):
        p.line([(x, y + 20), (50, 92)], METAL, 1)
        p.oval(x, y, 16, 20, tone)
        p.poly([(x - 3, y + 23), (x + 3, y + 23), (x, y + 18)], tone)
        p.oval(x - 6, y - 8, 3, 5, mix(tone, PAPER, 0.6))


def banner(p: Pen) -> None:
    p.arc(50, 18, 46, 22, (0, 180), INK, 1.4)
    tones = (p.c, p.a, PAPER, p.d, mix(p.a, PAPER, 0.4), p.c)
    for i, tone in enumerate(tones):
        x = 14 + i * 14.4
        y = 18 + 22 * (1 - ((x - 50) / 46) ** 2) ** 0.5
        p.poly([(x - 6.6, y), (x + 6.6, y), (x, y + 26)], tone)


def party_hat(p: Pen) -> None:
    p.poly("50 14, 76 84, 24 84", p.c)
    for x, y in ((50, 40), (42, 58), (58, 60), (50, 74), (34, 76), (66, 76)):
        p.dot(x, y, 4, p.a)
    p.dot(50, 12, 8, GLOW)
    p.oval(50, 84, 26, 5, p.d)


def birthday_candles(p: Pen) -> None:
    for i, tone in enumerate((RED, GOLD, (98, 171, 88), (63, 121, 192), (232, 134, 165))):
        x = 22 + i * 14
        p.box(x - 3, 36, x + 3, 84, tone, r=1)
        p.line([(x - 3, 48), (x + 3, 44)], PAPER, 1.6)
        p.line([(x - 3, 62), (x + 3, 58)], PAPER, 1.6)
        p.blob([(x, 18), (x + 4, 27), (x, 33), (x - 4, 27)], (244, 176, 70))
    p.box(12, 82, 88, 90, mix(p.a, PAPER, 0.4), r=3)


def pinata(p: Pen) -> None:
    p.line("50 4, 50 22", INK, 1.6)
    for i, tone in enumerate((RED, GOLD, (98, 171, 88), (63, 121, 192), (232, 134, 165))):
        p.box(26, 30 + i * 9, 74, 40 + i * 9, tone)
    p.poly("26 30, 14 22, 26 50", RED)
    p.box(58, 14, 80, 36, RED, r=3)
    p.dot(72, 22, 2.4, INK)
    for x in (30, 60):
        p.box(x, 74, x + 10, 92, (63, 121, 192))


def egg(p: Pen) -> None:
    for x, y, tone in ((34, 56, p.c), (66, 58, p.a)):
        p.blob([(x, y - 30), (x + 15, y - 8), (x + 18, y + 12), (x, y + 28), (x - 18, y + 12), (x - 15, y - 8)], tone)
        p.line([(x - 15, y - 2), (x - 5, y + 4), (x + 5, y - 2), (x + 15, y + 4)], PAPER, 3)
        for dx in (-8, 0, 8):
            p.dot(x + dx, y + 14, 2.4, PAPER)


def easter_basket(p: Pen) -> None:
    p.arc(50, 52, 32, 40, (180, 360), WOOD, 4)
    for x, tone in ((34, (181, 163, 209)), (50, (246, 203, 79)), (66, (163, 219, 193))):
        p.oval(x, 48, 10, 13, tone)
    p.poly("14 52, 86 52, 76 86, 24 86", p.c)
    for y in (60, 68, 76):
        p.line([(18, y), (82, y)], p.d, 1.6)


def confetti(p: Pen) -> None:
    p.poly("16 88, 32 56, 48 72", p.c)
    p.line("26 68, 36 78", p.a, 3)
    tones = (RED, GOLD, (98, 171, 88), (63, 121, 192), (232, 134, 165))
    for i in range(22):
        x, y = 40 + (i * 37) % 52, 8 + (i * 23) % 54
        p.box(x, y, x + 4, y + 4, tones[i % 5], r=1)


def sparkler(p: Pen) -> None:
    p.line("30 92, 58 36", METAL, 2.4)
    p.star(60, 32, 30, GLOW, rays=12, inner=0.3)
    p.star(60, 32, 16, PAPER, rays=8, inner=0.3)


def gingerbread(p: Pen) -> None:
    tone = (178, 116, 66)
    p.dot(50, 28, 17, tone)
    p.line("22 48, 78 48", tone, 14)
    p.box(38, 40, 62, 70, tone, r=6)
    p.line("44 66, 36 86", tone, 13)
    p.line("56 66, 64 86", tone, 13)
    p.dot(44, 26, 2.2, PAPER)
    p.dot(56, 26, 2.2, PAPER)
    p.arc(50, 30, 7, 5, (20, 160), PAPER, 1.8)
    for y in (48, 58):
        p.dot(50, y, 2.8, RED)


def paper_lantern(p: Pen) -> None:
    for x, y, r, tone in ((34, 48, 24, p.c), (70, 36, 18, p.a)):
        p.line([(x, 4), (x, y - r)], INK, 1.2)
        p.oval(x, y, r, r * 0.92, tone)
        for k in (-0.6, -0.2, 0.2, 0.6):
            p.arc(x, y + k * r * 0.9, r * (1 - k * k) ** 0.5, 3, (0, 180), mix(tone, INK, 0.15), 1)
        p.box(x - 6, y - r, x + 6, y - r + 3, INK)


def cake(p: Pen) -> None:
    p.box(14, 58, 86, 86, p.c, r=3)
    p.box(24, 34, 76, 60, p.l, r=3)
    p.box(34, 14, 66, 36, p.c, r=3)
    for y in (58, 34):
        p.line([(26, y + 2), (74, y + 2)], p.a, 3)
    p.heart(50, 12, 7, RED)


SHAPES = {name: draw for name, draw in globals().items() if getattr(draw, "__module__", "") == __name__}
