"""Paper, pens and craft."""

from __future__ import annotations

from core.catalogue.pictures.pen import GLOW, INK, LEAF, METAL, PAPER, WOOD, Pen, mix


def notebook(p: Pen) -> None:
    p.box(26, 14, 82, 88, mix(PAPER, METAL, 0.35), r=3)
    p.box(22, 11, 78, 85, p.c, r=4)
    p.box(22, 11, 32, 85, p.d, r=3)
    p.box(42, 28, 70, 46, PAPER, r=2)
    p.line("47 37, 65 37", p.d, 2)
    p.line("68 11, 68 85", p.a, 2.4)


def pencils(p: Pen) -> None:
    tones = ((201, 59, 59), (232, 130, 47), (238, 193, 64), (98, 171, 88), (63, 121, 192), (122, 75, 155))
    for i, tone in enumerate(tones):
        x = 15 + i * 12
        p.poly([(x, 30), (x + 5, 14), (x + 10, 30)], (236, 206, 164))
        p.poly([(x + 3.2, 20), (x + 5, 14), (x + 6.8, 20)], tone)
        p.box(x, 30, x + 10, 88, tone)
        p.box(x, 30, x + 3, 88, mix(tone, PAPER, 0.3))


def crayons(p: Pen) -> None:
    tones = ((201, 59, 59), (238, 193, 64), (98, 171, 88), (63, 121, 192), (232, 134, 165))
    for i, tone in enumerate(tones):
        x = 16 + i * 14
        p.poly([(x + 2, 30), (x + 4, 16), (x + 8, 16), (x + 10, 30)], tone)
        p.box(x, 29, x + 12, 70, tone, r=1)
        p.box(x, 38, x + 12, 42, mix(tone, INK, 0.3))
    p.box(12, 54, 88, 88, p.a, r=3)
    p.dot(50, 71, 9, PAPER)


def marker(p: Pen) -> None:
    tones = (
        ((63, 121, 192), (98, 171, 88), (232, 134, 165), (238, 193, 64))
        if p.c == (233, 138, 90)
        else (p.c, p.a, p.d, p.l)
    )
    for i, tone in enumerate(tones):
        x = 16 + i * 18
        p.box(x, 10, x + 13, 40, tone, r=3)
        p.box(x + 1, 40, x + 12, 88, PAPER, r=3)
        p.box(x + 1, 76, x + 12, 88, tone, r=3)


def pen(p: Pen) -> None:
    p.line("26 80, 70 24", p.c, 8)
    p.poly("22 79, 29 85, 16 92", METAL)
    p.line("68 22, 76 12", p.d, 8)
    p.line("72 24, 58 42", (211, 169, 62), 2.4)
    p.arc(40, 90, 24, 5, (190, 340), p.c, 1.6)


def pencil_case(p: Pen) -> None:
    p.line("30 40, 26 12", (238, 193, 64), 5)
    p.line("46 40, 48 10", (201, 59, 59), 5)
    p.line("60 40, 66 14", (63, 121, 192), 5)
    p.box(10, 36, 90, 78, p.c, r=13)
    p.line("16 45, 84 45", PAPER, 2)
    p.box(80, 42, 92, 48, p.a, r=2)


def binder(p: Pen) -> None:
    p.poly("30 14, 82 10, 82 84, 30 90", p.c)
    p.box(18, 14, 32, 90, p.d, r=2)
    p.box(21, 26, 29, 48, PAPER, r=1)
    p.dot(25, 76, 3.4, METAL)
    p.box(44, 28, 70, 44, PAPER, r=2)


def scissors(p: Pen) -> None:
    p.poly("44 54, 62 8, 66 12, 54 56", METAL)
    p.poly("56 54, 38 8, 34 12, 46 56", mix(METAL, INK, 0.18))
    p.arc(34, 74, 11, 13, (0, 360), p.c, 6)
    p.arc(66, 74, 11, 13, (0, 360), p.c, 6)
    p.line("44 58, 40 64", p.c, 5)
    p.line("56 58, 60 64", p.c, 5)
    p.dot(50, 52, 3, INK)


def ruler(p: Pen) -> None:
    p.poly("14 84, 14 22, 76 84", p.c)
    p.poly("24 74, 24 46, 52 74", mix(PAPER, p.c, 0.2))
    p.line("84 12, 60 92", p.a, 9)
    for i in range(6):
        p.line([(82 - i * 3.8, 20 + i * 12.6), (78 - i * 3.8, 19 + i * 12.6)], PAPER, 1.2)


def calculator(p: Pen) -> None:
    p.box(26, 8, 74, 92, p.c, r=6)
    p.box(31, 14, 69, 30, (186, 206, 186), r=2)
    for i in range(4):
        for j in range(4):
            p.box(31 + i * 10, 38 + j * 12, 38 + i * 10, 46 + j * 12, p.a if i == 3 else p.l, r=1.6)


def stickers(p: Pen) -> None:
    p.box(18, 12, 82, 88, PAPER, r=3)
    p.star(36, 32, 11, (238, 193, 64))
    p.heart(64, 32, 11, (201, 59, 59))
    p.dot(36, 62, 10, (127, 191, 230))
    p.blob("54 62, 64 52, 74 62, 64 74", (98, 171, 88))
    p.line("28 80, 72 80", p.a, 3)


def school_cone(p: Pen) -> None:
    p.poly("28 34, 76 34, 54 92", p.c)
    p.poly("28 34, 44 34, 54 92", p.l)
    p.blob("26 34, 36 12, 52 22, 66 10, 78 34", p.a)
    p.line("28 36, 76 36", p.d, 4)
    p.star(54, 54, 8, (238, 193, 64))


def envelope(p: Pen) -> None:
    p.box(10, 26, 90, 78, p.c, r=3)
    p.poly("10 28, 90 28, 50 58", p.d)
    p.poly("11 26, 89 26, 50 53", p.l)
    p.heart(50, 54, 7, (201, 59, 59))


def cards(p: Pen) -> None:
    p.poly("20 26, 52 16, 70 70, 38 80", p.d)
    p.box(40, 20, 78, 80, PAPER, r=4)
    p.box(44, 24, 74, 76, p.c, r=2)
    p.star(59, 50, 11, p.a)


def calendar(p: Pen) -> None:
    p.box(14, 20, 86, 86, PAPER, r=4)
    p.box(14, 20, 86, 38, p.c, r=4)
    for x in (32, 50, 68):
        p.line([(x, 12), (x, 26)], INK, 3)
    for j in range(4):
        for i in range(6):
            p.box(
                20 + i * 10.4,
                44 + j * 10,
                27 + i * 10.4,
                51 + j * 10,
                p.a if (i, j) == (3, 1) else (222, 216, 206),
                r=1,
            )


def whiteboard(p: Pen) -> None:
    p.box(8, 18, 92, 76, p.d, r=2)
    p.box(12, 22, 88, 72, PAPER if p.c != (201, 161, 114) else (214, 176, 128))
    p.line("22 36, 54 36", (63, 121, 192), 2.4)
    p.line("22 46, 44 46", (201, 59, 59), 2.4)
    p.box(62, 44, 80, 62, GLOW, r=1)
    p.box(30, 76, 70, 81, METAL, r=1)


def pen_cup(p: Pen) -> None:
    for x, tone in ((38, (238, 193, 64)), (48, (201, 59, 59)), (60, (63, 121, 192))):
        p.line([(50 + (x - 50) * 0.5, 60), (x, 16)], tone, 5)
    p.box(30, 44, 70, 88, p.c, r=4)
    p.oval(50, 44, 20, 4, p.d)
    p.box(35, 52, 40, 80, p.l, r=2)


def tape(p: Pen) -> None:
    for x, y, tone in ((36, 40, p.c if p.c != (233, 138, 90) else (127, 191, 230)), (62, 62, p.a)):
        p.arc(x, y, 17, 17, (0, 360), tone, 13)
        p.arc(x, y, 11, 11, (0, 360), mix(tone, INK, 0.2), 1.6)


def sticky(p: Pen) -> None:
    for x, y, tone in ((14, 40, (246, 203, 79)), (40, 24, (163, 219, 193)), (48, 52, (232, 134, 165))):
        p.box(x, y, x + 36, y + 36, tone)
        p.poly([(x + 36, y + 36), (x + 26, y + 36), (x + 36, y + 26)], mix(tone, INK, 0.2))


def globe(p: Pen) -> None:
    p.arc(50, 42, 34, 34, (-70, 110), METAL, 3)
    p.dot(50, 42, 28, (96, 158, 204))
    p.blob("34 30, 48 24, 54 36, 44 48, 34 42", LEAF)
    p.blob("56 46, 68 42, 70 54, 60 62", LEAF)
    p.line("50 76, 50 86", METAL, 4)
    p.oval(50, 88, 18, 3.4, p.d)


def papers(p: Pen) -> None:
    p.poly("18 26, 70 18, 80 80, 28 88", mix(PAPER, METAL, 0.5))
    p.box(24, 14, 76, 84, PAPER, r=1)
    p.box(24, 52, 76, 84, p.c, r=1)
    p.line("34 28, 66 28", METAL, 1.6)
    p.line("34 36, 58 36", METAL, 1.6)


def paint(p: Pen) -> None:
    p.blob("12 52, 24 26, 56 20, 84 36, 86 58, 70 62, 66 74, 44 82, 18 72", WOOD)
    tones = ((201, 59, 59), (238, 193, 64), (98, 171, 88), (63, 121, 192), (122, 75, 155))
    for (x, y), tone in zip(((28, 46), (42, 34), (60, 34), (74, 46), (30, 64)), tones, strict=True):
        p.dot(x, y, 6.6, tone)
    p.oval(54, 62, 6, 4.4, PAPER)
    p.line("58 88, 88 12", p.a, 4)


def sketchbook(p: Pen) -> None:
    p.box(20, 18, 80, 90, PAPER, r=2)
    p.box(20, 14, 80, 22, p.c, r=2)
    for i in range(9):
        p.line([(25 + i * 6.2, 10), (25 + i * 6.2, 18)], METAL, 2)
    p.blob("34 70, 40 44, 52 58, 60 40, 68 70", mix(p.a, PAPER, 0.4))
    p.line("62 84, 86 40", (238, 193, 64), 5)


def easel(p: Pen) -> None:
    p.line("50 6, 24 92", WOOD, 4)
    p.line("50 6, 76 92", WOOD, 4)
    p.box(20, 20, 80, 64, PAPER, r=1)
    p.blob("26 58, 40 36, 54 50, 66 34, 74 58", mix(p.a, PAPER, 0.2))
    p.box(16, 64, 84, 70, WOOD, r=1)


def yarn(p: Pen) -> None:
    p.dot(46, 56, 30, p.c)
    for a in (0, 25, 50):
        p.arc(46, 56, 28 - a * 0.3, 12 + a * 0.3, (180, 360), p.d, 1.8)
        p.arc(46, 56, 12 + a * 0.3, 28 - a * 0.3, (90, 270), p.l, 1.8)
    p.line("24 16, 64 70", WOOD, 3.4)
    p.line("72 14, 36 72", WOOD, 3.4)
    p.arc(72, 76, 16, 8, (180, 340), p.c, 2)


def stapler(p: Pen) -> None:
    p.poly("10 40, 84 28, 90 44, 16 58", p.c)
    p.box(10, 68, 92, 78, p.d, r=4)
    p.dot(18, 62, 9, p.d)
    p.line("30 56, 88 62", METAL, 3)


def ink(p: Pen) -> None:
    p.box(36, 18, 64, 34, INK, r=3)
    p.box(22, 34, 78, 86, (206, 224, 230), r=8)
    p.box(24, 50, 76, 84, p.c, r=7)
    p.box(34, 56, 66, 74, PAPER, r=1)


SHAPES = {name: draw for name, draw in globals().items() if getattr(draw, "__module__", "") == __name__}
