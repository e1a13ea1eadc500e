"""Toys."""

from __future__ import annotations

from core.catalogue.pictures.pen import GLOW, INK, METAL, PAPER, WOOD, Pen, mix

EMBER = (238, 140, 54)
BRIGHT = ((201, 59, 59), (238, 193, 64), (98, 171, 88), (63, 121, 192), (232, 130, 47))


def _face(p: Pen, x: float, y: float, r: float) -> None:
    p.dot(x - r * 0.38, y - r * 0.1, r * 0.11, INK)
    p.dot(x + r * 0.38, y - r * 0.1, r * 0.11, INK)
    p.oval(x, y + r * 0.22, r * 0.15, r * 0.11, INK)


def teddy(p: Pen) -> None:
    for x in (32, 68):
        p.dot(x, 18, 10, p.c)
        p.dot(x, 18, 5, p.l)
        p.oval(x - (50 - x) * 0.3, 62, 9, 14, p.d)
        p.oval(x, 84, 12, 9, p.c)
    p.oval(50, 66, 23, 23, p.c)
    p.oval(50, 69, 14, 15, p.l)
    p.dot(50, 32, 23, p.c)
    p.oval(50, 38, 11, 9, p.l)
    _face(p, 50, 34, 22)


def bunny(p: Pen) -> None:
    for x in (40, 60):
        p.oval(x, 20, 7, 18, p.c)
        p.oval(x, 21, 3.4, 12, (244, 200, 200))
    p.oval(50, 72, 20, 18, p.c)
    p.dot(50, 46, 19, p.c)
    p.oval(50, 76, 11, 11, p.l)
    _face(p, 50, 47, 18)
    p.oval(36, 88, 9, 5, p.d)
    p.oval(64, 88, 9, 5, p.d)


def fox(p: Pen) -> None:
    coat = p.c if p.c != PAPER else (214, 116, 54)
    p.blob("66 84, 88 70, 90 48, 78 60, 70 72", coat)
    p.blob("88 58, 90 48, 82 54", PAPER)
    p.oval(50, 74, 20, 16, coat)
    p.poly("22 12, 44 26, 26 42", coat)
    p.poly("78 12, 56 26, 74 42", coat)
    p.blob("24 34, 50 24, 76 34, 66 54, 50 62, 34 54", coat)
    p.blob("26 40, 42 46, 50 60, 34 54", PAPER)
    p.blob("74 40, 58 46, 50 60, 66 54", PAPER)
    p.dot(41, 40, 2.4, INK)
    p.dot(59, 40, 2.4, INK)
    p.dot(50, 59, 3, INK)


def owl(p: Pen) -> None:
    p.blob("28 20, 40 26, 60 26, 72 20, 78 56, 64 86, 36 86, 22 56", p.c)
    p.oval(50, 66, 16, 18, p.l)
    for x in (38, 62):
        p.dot(x, 40, 11, PAPER)
        p.dot(x, 40, 5, INK)
    p.poly("46 46, 54 46, 50 54", (238, 163, 54))


def unicorn(p: Pen) -> None:
    p.poly("54 22, 62 2, 62 26", (238, 193, 64))
    p.blob("40 30, 60 20, 72 36, 80 56, 70 64, 60 56, 62 84, 30 84, 30 54", p.c)
    p.blob("40 28, 52 20, 46 44, 40 68, 26 76, 30 46", (232, 134, 165))
    p.dot(64, 40, 2.4, INK)
    p.dot(74, 56, 1.6, INK)


def dino(p: Pen) -> None:
    p.blob("8 74, 24 56, 44 46, 56 22, 76 20, 82 32, 66 40, 70 64, 62 84, 34 84, 26 72", p.c)
    for x, y in ((30, 50), (42, 42), (49, 28)):
        p.poly([(x - 6, y + 5), (x, y - 8), (x + 6, y + 3)], p.a)
    p.dot(70, 28, 2.4, INK)
    p.box(36, 78, 44, 88, p.d, r=3)
    p.box(54, 78, 62, 88, p.d, r=3)


def dog(p: Pen) -> None:
    p.blob("16 58, 60 54, 72 40, 88 46, 86 60, 74 66, 70 80, 20 80, 10 68", p.c)
    p.blob("70 38, 64 52, 70 60, 76 46", p.d)
    p.line("14 60, 6 44", p.c, 4)
    for x in (24, 36, 58, 68):
        p.box(x - 3, 76, x + 3, 86, p.d, r=2)
    p.dot(79, 48, 2, INK)
    p.dot(88, 50, 2.6, INK)


def duck(p: Pen) -> None:
    p.blob("12 54, 34 62, 50 50, 74 58, 80 72, 62 84, 28 82, 14 70", (246, 203, 79))
    p.dot(62, 36, 18, (246, 203, 79))
    p.poly("76 34, 94 38, 78 46", EMBER)
    p.dot(66, 32, 2.6, INK)
    p.arc(42, 66, 14, 8, (0, 160), (222, 164, 50), 2.4)


def bricks(p: Pen) -> None:
    for x, y, wide, tone in (
        (12, 62, 42, BRIGHT[3]),
        (54, 62, 34, BRIGHT[1]),
        (26, 40, 44, BRIGHT[0]),
        (40, 18, 24, BRIGHT[2]),
    ):
        for i in range(int(wide // 11)):
            p.box(x + 3 + i * 11, y - 4, x + 9 + i * 11, y + 2, mix(tone, INK, 0.15), r=1)
        p.box(x, y, x + wide, y + 22, tone, r=1)


def blocks(p: Pen) -> None:
    p.box(14, 58, 42, 86, BRIGHT[0], r=2)
    p.box(56, 58, 84, 86, BRIGHT[3], r=2)
    p.box(20, 48, 80, 58, WOOD, r=1)
    p.box(36, 24, 62, 48, BRIGHT[1], r=2)
    p.poly("34 24, 64 24, 49 6", BRIGHT[2])
    p.dot(28, 72, 6, PAPER)
    p.star(70, 72, 8, PAPER)


def rainbow(p: Pen) -> None:
    for i, tone in enumerate((*BRIGHT[:1], BRIGHT[4], *BRIGHT[1:4])):
        p.pie(50, 78, 40 - i * 7, (180, 360), tone)
    p.pie(50, 78, 6, (180, 360), PAPER)


def train(p: Pen) -> None:
    p.box(12, 44, 52, 70, p.c, r=5)
    p.box(50, 24, 86, 70, p.d, r=3)
    p.box(58, 32, 78, 48, PAPER, r=2)
    p.box(20, 24, 32, 46, INK, r=2)
    p.dot(26, 14, 6, (222, 222, 222))
    p.box(8, 68, 92, 74, p.a, r=2)
    for x in (24, 44, 72):
        p.dot(x, 78, 9, INK)
        p.dot(x, 78, 3.4, GLOW)


def toy_car(p: Pen) -> None:
    p.blob("24 50, 36 28, 64 28, 78 50", p.d)
    p.poly("38 34, 49 34, 49 48, 32 48", (206, 224, 230))
    p.poly("53 34, 62 34, 70 48, 53 48", (206, 224, 230))
    p.box(8, 48, 92, 70, p.c, r=9)
    p.dot(88, 57, 3.4, GLOW)
    for x in (28, 72):
        p.dot(x, 71, 11, INK)
        p.dot(x, 71, 4.4, METAL)


def truck(p: Pen) -> None:
    p.poly("8 30, 62 34, 56 62, 14 62", p.c)
    p.box(62, 30, 90, 66, p.a, r=4)
    p.box(70, 36, 86, 48, (206, 224, 230), r=2)
    p.box(8, 62, 92, 69, INK, r=2)
    for x in (24, 46, 78):
        p.dot(x, 74, 10, INK)
        p.dot(x, 74, 4, METAL)


def van(p: Pen) -> None:
    p.poly("26 26, 70 26, 60 8, 36 8", mix(p.a, PAPER, 0.4))
    p.box(8, 26, 92, 72, p.c, r=10)
    p.box(8, 50, 92, 72, PAPER, r=8)
    for x in (16, 40, 64):
        p.box(x, 32, x + 20, 46, (206, 224, 230), r=3)
    for x in (28, 72):
        p.dot(x, 73, 10, INK)
        p.dot(x, 73, 4, METAL)


def scooter(p: Pen) -> None:
    p.line("28 14, 38 76", p.c, 4)
    p.line("14 16, 42 10", INK, 4)
    p.line("38 74, 78 74", p.d, 7)
    for x in (36, 82):
        p.dot(x, 80, 9, INK)
        p.dot(x, 80, 3, METAL)


def tricycle(p: Pen) -> None:
    p.line("30 34, 26 68", p.c, 4)
    p.line("30 46, 60 64, 78 64", p.c, 4)
    p.line("18 32, 40 30", INK, 4)
    p.box(50, 48, 68, 55, INK, r=3)
    p.arc(26, 70, 16, 16, (0, 360), INK, 4)
    p.arc(78, 76, 10, 10, (0, 360), INK, 4)
    p.dot(26, 70, 3, p.a)


def board_game(p: Pen) -> None:
    p.box(10, 28, 78, 86, p.c, r=4)
    for i in range(5):
        for j in range(4):
            p.box(15 + i * 12, 33 + j * 12.4, 25 + i * 12, 43 + j * 12.4, (p.l, p.a, PAPER, p.d)[(i * 3 + j) % 4], r=1)
    p.box(68, 12, 92, 36, PAPER, r=4)
    for x, y in ((74, 18), (86, 18), (80, 24), (74, 30), (86, 30)):
        p.dot(x, y, 2.2, INK)
    p.blob("82 56, 88 62, 92 86, 74 86, 78 62", p.a)
    p.dot(83, 54, 6, p.a)


def puzzle(p: Pen) -> None:
    for x, y, tone in ((14, 14, p.c), (52, 52, p.d), (52, 14, p.a), (14, 52, mix(p.a, PAPER, 0.4))):
        p.box(x, y, x + 34, y + 34, tone, r=2)
    p.dot(50, 31, 7, p.c)
    p.dot(69, 50, 7, p.a)
    p.dot(50, 69, 7, p.d)
    p.dot(31, 50, 7, mix(p.a, PAPER, 0.4))


def doll(p: Pen) -> None:
    p.line("28 26, 24 52", WOOD, 5)
    p.line("72 26, 76 52", WOOD, 5)
    p.poly("40 46, 60 46, 76 84, 24 84", p.c)
    p.dot(50, 30, 18, (246, 214, 188))
    p.blob("31 30, 36 12, 50 8, 64 12, 69 30, 50 20", (122, 80, 50))
    p.dot(44, 31, 2, INK)
    p.dot(56, 31, 2, INK)
    p.arc(50, 34, 6, 5, (20, 160), (201, 90, 90), 1.6)
    p.box(40, 84, 46, 92, INK, r=2)
    p.box(54, 84, 60, 92, INK, r=2)


def house(p: Pen) -> None:
    p.box(22, 42, 78, 86, p.c, r=1)
    p.poly("14 46, 50 12, 86 46", p.a)
    p.box(62, 14, 70, 32, p.d)
    p.box(43, 60, 57, 86, mix(p.a, INK, 0.3), r=2)
    for x in (28, 62):
        p.box(x, 52, x + 11, 63, GLOW, r=1)


def play_kitchen(p: Pen) -> None:
    p.box(16, 44, 84, 88, p.c, r=3)
    p.box(16, 12, 84, 30, p.l, r=3)
    p.line("18 30, 18 46", p.d, 3)
    p.line("82 30, 82 46", p.d, 3)
    p.box(14, 40, 86, 47, p.d, r=2)
    p.box(24, 56, 50, 80, INK, r=3)
    p.dot(64, 56, 4, p.a)
    p.dot(75, 56, 4, p.a)
    p.box(28, 32, 44, 40, (201, 59, 59), r=2)


def toolbox(p: Pen) -> None:
    p.line("34 44, 26 16", WOOD, 5)
    p.box(18, 10, 38, 20, METAL, r=2)
    p.arc(58, 46, 18, 22, (180, 360), p.d, 5)
    p.box(12, 46, 88, 84, p.c, r=4)
    p.line("12 58, 88 58", p.d, 2)
    p.box(44, 54, 56, 64, METAL, r=2)


def microscope(p: Pen) -> None:
    p.line("38 18, 56 44", p.c, 12)
    p.line("32 10, 38 18", INK, 7)
    p.arc(44, 54, 28, 26, (-60, 90), p.d, 6)
    p.box(30, 62, 62, 67, INK, r=2)
    p.box(20, 80, 78, 88, p.c, r=3)


def flask(p: Pen) -> None:
    p.blob("43 12, 57 12, 57 36, 78 80, 70 88, 30 88, 22 80, 43 36", (206, 224, 230))
    p.blob("34 58, 66 58, 77 80, 70 87, 30 87, 23 80", p.c)
    for x, y, r in ((44, 70, 4), (58, 76, 5), (52, 62, 3)):
        p.dot(x, y, r, p.l)
    p.box(40, 8, 60, 14, METAL, r=2)


def robot(p: Pen) -> None:
    p.line("50 16, 50 6", INK, 2)
    p.dot(50, 6, 3.4, (201, 59, 59))
    p.box(28, 14, 72, 44, p.c, r=9)
    p.dot(41, 29, 5, p.a)
    p.dot(59, 29, 5, p.a)
    p.box(24, 48, 76, 78, p.d, r=6)
    p.box(38, 56, 62, 68, PAPER, r=2)
    p.box(12, 50, 22, 70, p.c, r=4)
    p.box(78, 50, 88, 70, p.c, r=4)
    p.dot(36, 83, 7, INK)
    p.dot(64, 83, 7, INK)


def planet(p: Pen) -> None:
    p.dot(50, 50, 24, p.a)
    p.dot(43, 43, 6, mix(p.a, PAPER, 0.4))
    p.arc(50, 50, 42, 12, (-10, 190), (238, 193, 64), 4)
    for x, y in ((18, 20), (82, 24), (78, 80), (22, 76)):
        p.star(x, y, 5, GLOW)


def telescope(p: Pen) -> None:
    p.line("30 50, 80 22", p.c, 14)
    p.line("20 56, 32 49", INK, 9)
    p.line("78 22, 88 17", p.d, 17)
    for x in (32, 50, 68):
        p.line([(50, 46), (x, 90)], WOOD, 3.4)


def abacus(p: Pen) -> None:
    p.box(12, 14, 88, 22, WOOD, r=2)
    p.box(12, 80, 88, 88, WOOD, r=2)
    p.box(12, 14, 18, 88, WOOD, r=2)
    p.box(82, 14, 88, 88, WOOD, r=2)
    for j in range(5):
        y = 30 + j * 11
        p.line([(18, y), (82, y)], METAL, 1.4)
        for i in range(7):
            p.dot(26 + i * 7 + (7 if i > 3 + j % 3 else 0), y, 4, BRIGHT[j])


def drum(p: Pen) -> None:
    p.line("26 10, 50 36", WOOD, 3)
    p.line("78 12, 56 36", WOOD, 3)
    p.box(16, 44, 84, 82, p.c)
    p.oval(50, 82, 34, 9, p.c)
    for x in (20, 35, 50, 65, 80):
        p.line([(x, 50), (x + 6, 84)], PAPER, 1.4)
    p.oval(50, 44, 34, 10, WOOD)
    p.oval(50, 43, 30, 8, PAPER)


def xylophone(p: Pen) -> None:
    for i in range(7):
        tone = (*BRIGHT, (122, 75, 155), (232, 134, 165))[i]
        p.box(12 + i * 11, 22 + i * 3, 21 + i * 11, 80 - i * 3, tone, r=3)
    p.line("20 90, 80 10", WOOD, 2.4)
    p.dot(80, 10, 5, (201, 59, 59))


def guitar(p: Pen) -> None:
    p.line("56 46, 82 12", WOOD, 6)
    p.box(76, 4, 92, 18, INK, r=3)
    p.blob("60 40, 66 56, 52 66, 50 86, 26 88, 14 70, 30 58, 38 40", p.c)
    p.dot(42, 62, 8, INK)
    p.line("32 74, 80 14", PAPER, 1)


SHAPES = {
    name: draw
    for name, draw in globals().items()
    if getattr(draw, "__module__", "") == __name__ and not name.startswith("_")
}
