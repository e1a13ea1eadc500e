"""Sport and outdoor play."""

from __future__ import annotations

from core.catalogue.pictures.pen import GLOW, INK, METAL, PAPER, WOOD, Pen, mix


def yoga_mat(p: Pen) -> None:
    p.poly("22 30, 80 30, 90 84, 12 84", p.c)
    p.box(14, 18, 88, 36, p.d, r=9)
    p.oval(86, 27, 6, 9, p.l)
    p.oval(86, 27, 3, 4.6, p.d)
    p.arc(50, 62, 12, 9, (0, 360), p.l, 1.6)
    p.line("50 50, 50 76", p.l, 1.4)


def yoga_block(p: Pen) -> None:
    for y, tone in ((56, p.c), (30, p.l)):
        p.poly([(14, y), (60, y), (60, y + 24), (14, y + 24)], tone)
        p.poly([(60, y), (84, y - 10), (84, y + 14), (60, y + 24)], p.d)
        p.poly([(14, y), (38, y - 10), (84, y - 10), (60, y)], mix(tone, PAPER, 0.35))


def foam_roller(p: Pen) -> None:
    p.line("30 66, 74 40", p.c, 30)
    p.oval(26, 68, 14, 16, p.d)
    p.oval(26, 68, 7, 8, INK)
    for i in range(4):
        p.line([(44 + i * 11, 44 - i * 6.4), (56 + i * 10, 68 - i * 6.4)], p.l, 1.6)


def dumbbell(p: Pen) -> None:
    p.line("30 58, 70 42", METAL, 6)
    for x, y in ((24, 60), (76, 40)):
        p.poly(
            [(x - 14, y - 4), (x - 4, y - 20), (x + 10, y - 14), (x + 14, y + 4), (x + 4, y + 20), (x - 10, y + 14)],
            p.c,
        )
        p.line([(x - 6, y - 8), (x + 6, y + 10)], p.l, 2)


def kettlebell(p: Pen) -> None:
    p.arc(50, 34, 18, 20, (150, 390), p.d, 8)
    p.dot(50, 62, 27, p.c)
    p.dot(50, 62, 12, p.l)


def bike(p: Pen) -> None:
    for x in (24, 76):
        p.arc(x, 66, 18, 18, (0, 360), INK, 3)
        p.dot(x, 66, 2.4, METAL)
    p.line("24 66, 40 38, 68 38, 48 66, 24 66", p.c, 3.6)
    p.line("40 38, 48 66", p.c, 3.6)
    p.line("76 66, 66 28, 76 24", p.c, 3.4)
    p.line("38 32, 40 38", INK, 3)
    p.line("30 31, 46 31", INK, 4)
    p.dot(48, 66, 4.4, METAL)


def helmet(p: Pen) -> None:
    p.blob("12 58, 18 32, 46 18, 76 28, 90 56, 60 62, 14 64", p.c)
    for x in (32, 48, 64):
        p.blob([(x - 4, 34), (x + 4, 32), (x + 6, 50), (x - 2, 52)], p.d)
    p.line("26 62, 42 84, 60 62", INK, 2.4)
    p.box(10, 57, 90, 64, p.d, r=3)


def ball(p: Pen) -> None:
    p.dot(50, 52, 34, p.c)
    p.blob("50 18, 64 30, 68 52, 64 74, 50 86, 58 52", p.l)
    p.blob("50 18, 36 30, 32 52, 36 74, 50 86, 42 52", p.d)
    p.dot(50, 22, 4, PAPER)
    p.dot(34, 38, 4, p.l)


def gnome(p: Pen) -> None:
    p.blob("26 88, 32 58, 50 52, 68 58, 74 88", (86, 138, 158))
    p.blob("34 48, 66 48, 60 74, 50 84, 40 74", PAPER)
    p.dot(50, 48, 6, (238, 196, 168))
    p.poly("28 46, 72 46, 54 6", (201, 59, 59))
    p.box(36, 70, 64, 84, WOOD, r=1)
    p.line("50 71, 50 83", PAPER, 1.4)
    p.oval(40, 89, 9, 4, INK)
    p.oval(60, 89, 9, 4, INK)


def soccer(p: Pen) -> None:
    p.dot(50, 52, 34, PAPER)
    p.star(50, 52, 12, INK, inner=0.81)
    for x, y in ((50, 22), (80, 44), (68, 80), (32, 80), (20, 44)):
        p.dot(x, y, 6.6, INK)
        p.line([(50 + (x - 50) * 0.4, 52 + (y - 52) * 0.4), (x, y)], INK, 1.4)


def basketball(p: Pen) -> None:
    p.dot(50, 52, 34, (222, 122, 52))
    p.line("50 18, 50 86", INK, 1.8)
    p.line("16 52, 84 52", INK, 1.8)
    p.arc(22, 52, 20, 28, (-70, 70), INK, 1.8)
    p.arc(78, 52, 20, 28, (110, 250), INK, 1.8)


def goggles(p: Pen) -> None:
    p.line("4 48, 96 48", p.d, 8)
    p.box(14, 32, 86, 70, p.c, r=16)
    p.box(20, 38, 80, 64, mix(p.a, (90, 130, 180), 0.5), r=11)
    p.line("30 58, 44 42", PAPER, 3)
    p.pie(50, 74, 9, (180, 360), p.c)


def racket(p: Pen) -> None:
    p.line("58 58, 80 90", INK, 6)
    p.oval(42, 36, 26, 30, p.c)
    p.oval(42, 36, 21, 25, PAPER)
    for i in range(5):
        p.line([(26 + i * 8, 16), (26 + i * 8, 56)], METAL, 1)
        p.line([(24, 20 + i * 8), (60, 20 + i * 8)], METAL, 1)
    p.dot(80, 28, 8, (214, 226, 60))


def water_gun(p: Pen) -> None:
    p.box(14, 36, 72, 54, p.c, r=6)
    p.box(70, 40, 88, 48, p.d, r=2)
    p.poly("24 52, 42 52, 36 80, 22 80", p.d)
    p.box(22, 22, 50, 38, p.a, r=6)
    for x, y in ((92, 42), (95, 36), (95, 48)):
        p.dot(x, y, 2, (127, 191, 230))


def bubbles(p: Pen) -> None:
    for x, y, r in ((30, 28, 14), (62, 22, 10), (74, 48, 16), (46, 52, 9), (84, 20, 6)):
        p.dot(x, y, r, (200, 226, 240))
        p.dot(x - r * 0.3, y - r * 0.3, r * 0.3, PAPER)
    p.arc(36, 74, 9, 9, (0, 360), p.c, 3)
    p.line("42 81, 58 92", p.c, 4)


def pool(p: Pen) -> None:
    p.oval(50, 66, 44, 20, p.d)
    p.oval(50, 58, 44, 20, p.c)
    p.oval(50, 56, 36, 14, (140, 206, 236))
    p.arc(42, 56, 10, 3, (0, 180), PAPER, 1.6)
    p.arc(62, 60, 9, 3, (0, 180), PAPER, 1.6)


def swim_ring(p: Pen) -> None:
    p.arc(50, 52, 28, 26, (0, 360), p.c, 17)
    for a in (20, 110, 200, 290):
        p.arc(50, 52, 28, 26, (a, a + 34), PAPER, 17)


def sand_bucket(p: Pen) -> None:
    p.line("78 84, 86 20", p.a, 5)
    p.blob("76 62, 92 62, 90 88, 80 90", p.a)
    p.arc(42, 40, 26, 26, (180, 360), PAPER, 3)
    p.poly("14 40, 70 40, 62 88, 22 88", p.c)
    p.oval(42, 40, 28, 6, (232, 205, 150))
    p.star(42, 64, 10, GLOW)


def kite(p: Pen) -> None:
    p.poly("50 6, 78 36, 50 72, 22 36", p.c)
    p.poly("50 6, 78 36, 50 36", p.a)
    p.poly("22 36, 50 36, 50 72", p.l)
    p.line("50 72, 42 80, 54 86, 46 96", INK, 1.4)
    p.poly("42 80, 36 76, 36 84", p.a)
    p.poly("54 86, 60 82, 60 90", p.c)


def frisbee(p: Pen) -> None:
    p.oval(50, 58, 40, 16, p.d)
    p.oval(50, 52, 40, 17, p.c)
    p.oval(50, 50, 26, 9, p.l)


def plane(p: Pen) -> None:
    p.blob("6 56, 40 50, 86 36, 94 42, 60 60, 20 64", p.c)
    p.poly("40 54, 60 50, 44 14, 34 16", p.a)
    p.poly("46 58, 62 54, 70 86, 60 88", p.d)
    p.poly("10 56, 20 55, 10 36, 4 38", p.a)


SHAPES = {name: draw for name, draw in globals().items() if getattr(draw, "__module__", "") == __name__}
