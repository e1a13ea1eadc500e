"""Garden, sport and bags."""

from __future__ import annotations

from core.catalogue.pictures.pen import GLOW, INK, LEAF, METAL, PAPER, WOOD, Pen, mix


def dispenser(p: Pen) -> None:
    p.box(26, 18, 74, 70, (206, 224, 230), r=6)
    p.box(27, 34, 73, 69, (244, 214, 110), r=5)
    for x, y in ((38, 46), (60, 54), (46, 60)):
        p.dot(x, y, 6, (250, 232, 150))
    p.box(24, 12, 76, 20, WOOD, r=3)
    p.box(44, 66, 56, 74, METAL, r=2)
    p.box(22, 78, 78, 86, INK, r=2)
    p.line("30 70, 30 80", INK, 2.4)
    p.line("70 70, 70 80", INK, 2.4)


def bucket(p: Pen) -> None:
    p.arc(50, 34, 32, 24, (180, 360), METAL, 2.6)
    p.poly("18 34, 82 34, 72 86, 28 86", p.c)
    p.oval(50, 34, 32, 7, p.d)
    p.line("23 56, 77 56", p.l, 2.4)


def parasol(p: Pen) -> None:
    p.line("50 30, 50 90", WOOD, 3)
    p.pie(50, 50, 42, (180, 360), p.c)
    p.pie(50, 50, 42, (210, 240), PAPER)
    p.pie(50, 50, 42, (300, 330), PAPER)
    p.pie(50, 50, 42, (255, 285), PAPER)
    p.dot(50, 8, 2.6, WOOD)
    p.oval(50, 90, 16, 3, INK)


def umbrella(p: Pen) -> None:
    p.line("50 44, 50 82", INK, 2.6)
    p.arc(44, 82, 6, 7, (0, 170), INK, 2.6)
    p.pie(50, 50, 40, (180, 360), p.c)
    for x in (23.4, 50, 76.6):
        p.oval(x, 51, 13.3, 6, p.d)
    p.pie(50, 50, 40, (240, 300), p.l)
    p.line("50 6, 50 12", INK, 2)


def hammock(p: Pen) -> None:
    p.line("8 14, 8 90", WOOD, 5)
    p.line("92 14, 92 90", WOOD, 5)
    p.blob("10 30, 30 54, 50 62, 70 54, 90 30, 74 66, 50 76, 26 66", p.c)
    p.arc(50, 38, 34, 24, (20, 160), p.l, 2.4)


def lounger(p: Pen) -> None:
    p.line("14 40, 40 62, 90 62", p.c, 7)
    p.line("14 40, 40 62, 90 62", p.l, 2)
    p.line("44 64, 38 86", WOOD, 3.4)
    p.line("84 64, 84 86", WOOD, 3.4)
    p.line("24 50, 24 86", WOOD, 3.4)


def garden_chair(p: Pen) -> None:
    for i in range(5):
        p.box(30 + i * 8.4, 14, 36.4 + i * 8.4, 54, p.c, r=1)
    p.poly("24 52, 76 52, 84 62, 16 62", p.d)
    for x in (20, 76):
        p.box(x, 62, x + 4, 88, p.d)
    p.box(14, 38, 30, 43, p.c, r=2)
    p.box(70, 38, 86, 43, p.c, r=2)


def garden_bench(p: Pen) -> None:
    for i in range(9):
        p.box(11 + i * 9, 26, 17 + i * 9, 52, p.c, r=1)
    p.box(8, 22, 92, 28, p.d, r=2)
    p.box(6, 54, 94, 62, p.d, r=2)
    for x in (12, 84):
        p.box(x, 62, x + 4, 86, p.d)


def egg_chair(p: Pen) -> None:
    p.arc(50, 46, 38, 40, (150, 330), INK, 2.6)
    p.blob("50 10, 74 34, 70 66, 50 76, 30 66, 26 34", p.c)
    p.blob("50 20, 66 40, 62 60, 50 66, 38 60, 34 40", mix(p.d, INK, 0.4))
    p.blob("34 52, 50 48, 66 52, 62 66, 38 66", PAPER)
    p.oval(50, 90, 26, 3, INK)


def string_lights(p: Pen) -> None:
    for y0 in (22, 50):
        p.arc(50, y0 - 6, 46, 26, (0, 180), INK, 1.6)
        for i in range(7):
            x = 10 + i * 13.4
            y = y0 - 6 + 26 * (1 - ((x - 50) / 46) ** 2) ** 0.5
            tone = (p.a, (201, 59, 59), (98, 171, 88), (238, 193, 64))[i % 4] if p.c == (226, 114, 91) else p.c
            p.dot(x, y + 7, 6.6, mix(tone, PAPER, 0.55))
            p.blob([(x, y + 1), (x + 4, y + 7), (x, y + 13), (x - 4, y + 7)], tone)
            p.box(x - 1.6, y - 1, x + 1.6, y + 3, INK)


def solar_light(p: Pen) -> None:
    for x in (30, 70):
        p.box(x - 12, 16, x + 12, 22, INK, r=2)
        p.poly([(x - 10, 22), (x + 10, 22), (x + 7, 44), (x - 7, 44)], mix(GLOW, p.c, 0.4))
        p.line([(x, 44), (x, 78)], METAL, 3)
        p.poly([(x - 3, 78), (x + 3, 78), (x, 92)], INK)


def plant_pot(p: Pen) -> None:
    p.poly("24 48, 76 48, 68 86, 32 86", p.c)
    p.box(20, 42, 80, 53, p.d, r=3)
    for x, y in ((34, 26), (50, 16), (66, 26)):
        p.blob([(50, 44), ((50 + x) / 2 - 6, (44 + y) / 2), (x, y - 8), ((50 + x) / 2 + 6, (44 + y) / 2)], LEAF)


def houseplant(p: Pen) -> None:
    p.poly("30 60, 70 60, 64 88, 36 88", (196, 105, 74))
    p.box(27, 56, 73, 64, (172, 88, 62), r=2)
    leaf = mix(LEAF, p.c, 0.2)
    for x, y in ((18, 44), (30, 22), (50, 12), (70, 22), (82, 44)):
        mx, my = (50 + x) / 2, (58 + y) / 2
        p.blob([(50, 58), (mx - 8, my - 2), (x, y), (mx + 8, my + 2)], leaf)
        p.line([(50, 58), (x, y)], mix(leaf, INK, 0.25), 1)


def monstera(p: Pen) -> None:
    p.poly("32 66, 68 66, 62 90, 38 90", (222, 214, 200))
    for x, y in ((28, 34), (70, 30), (50, 18)):
        p.line([(50, 66), (x, y)], mix(LEAF, INK, 0.2), 2)
        p.heart(x, y, 19, LEAF)
        for dy in (-5, 3):
            p.line([(x - 15, y + dy), (x - 7, y + dy + 1)], (236, 240, 230), 2)
            p.line([(x + 15, y + dy), (x + 7, y + dy + 1)], (236, 240, 230), 2)


def snake_plant(p: Pen) -> None:
    p.poly("30 62, 70 62, 64 90, 36 90", (222, 214, 200))
    for x, top in ((32, 26), (42, 10), (52, 18), (62, 8), (70, 30)):
        base = 50 + (x - 50) * 0.6
        p.blob([(base - 4, 62), (x - 4, 34), (x, top), (x + 4, 34), (base + 4, 62)], LEAF)
        p.line([(base, 62), (x, top + 6)], (200, 208, 120), 1)


def succulent(p: Pen) -> None:
    p.poly("28 58, 72 58, 66 86, 34 86", (196, 105, 74))
    for x in (24, 36, 50, 64, 76):
        p.blob([(50, 60), (x - 5, 44), (x, 24 + abs(50 - x) * 0.5), (x + 5, 44)], mix(LEAF, (150, 190, 170), 0.4))


def hanging_planter(p: Pen) -> None:
    for x in (26, 50, 74):
        p.line([(50, 4), (x, 48)], p.d, 1.6)
    p.pie(50, 48, 27, (0, 180), p.c)
    for x in (26, 38, 50, 62, 74):
        p.blob([(x, 48), (x - 6, 42), (x, 32), (x + 6, 42)], LEAF)
    for x in (28, 70):
        p.line([(x, 50), (x - 4, 76)], LEAF, 2.6)


def planter_box(p: Pen) -> None:
    for x in (22, 36, 50, 64, 78):
        p.line([(x, 52), (x, 34)], LEAF, 2)
        p.dot(x, 30, 7, p.a if x % 4 else (238, 193, 64))
        p.dot(x, 30, 2.6, PAPER)
    p.box(10, 50, 90, 80, p.c, r=3)
    p.line("10 60, 90 60", p.d, 1.6)
    p.line("10 70, 90 70", p.d, 1.6)


def watering_can(p: Pen) -> None:
    p.line("60 56, 90 26", p.c, 6)
    p.oval(90, 25, 7, 4, p.d)
    p.arc(30, 56, 18, 20, (110, 290), p.d, 4.4)
    p.poly("28 42, 68 42, 72 84, 24 84", p.c)
    p.arc(50, 42, 18, 15, (180, 360), p.d, 3.4)
    p.box(30, 50, 35, 76, p.l, r=2)


def trowel(p: Pen) -> None:
    for x, tone in ((34, METAL), (66, mix(METAL, INK, 0.2))):
        p.box(x - 4, 8, x + 4, 36, WOOD, r=4)
        p.box(x - 1.6, 34, x + 1.6, 52, INK)
        p.blob([(x - 11, 52), (x + 11, 52), (x + 9, 76), (x, 92), (x - 9, 76)], tone)


def shears(p: Pen) -> None:
    p.blob("50 46, 38 18, 46 8, 56 44", METAL)
    p.blob("50 46, 62 22, 58 10, 50 28", mix(METAL, INK, 0.25))
    p.line("48 48, 36 88", p.c, 7)
    p.line("54 48, 66 88", p.d, 7)
    p.dot(51, 46, 4, INK)


def rake(p: Pen) -> None:
    p.line("50 6, 50 62", WOOD, 4)
    for x in (20, 32, 44, 56, 68, 80):
        p.line([(50, 60), (x, 84), (x, 90)], p.c, 2)


def bird_house(p: Pen) -> None:
    p.line("50 8, 50 20", INK, 2)
    p.box(26, 40, 74, 84, p.c, r=1)
    p.poly("18 44, 50 14, 82 44", p.d)
    p.dot(50, 54, 8, INK)
    p.line("50 68, 50 76", WOOD, 4)


def suitcase(p: Pen) -> None:
    p.line("40 22, 40 6, 60 6, 60 22", METAL, 3)
    p.box(24, 20, 76, 84, p.c, r=8)
    for x in (34, 42, 50, 58, 66):
        p.line([(x, 28), (x, 76)], p.d, 1.8)
    p.box(42, 20, 58, 26, INK, r=2)
    p.dot(32, 87, 4, INK)
    p.dot(68, 87, 4, INK)


def duffel(p: Pen) -> None:
    p.arc(50, 40, 22, 24, (180, 360), p.d, 4)
    p.box(8, 38, 92, 80, p.c, r=15)
    p.box(30, 38, 36, 80, p.d)
    p.box(64, 38, 70, 80, p.d)
    p.line("18 44, 82 44", PAPER, 1.6)
    p.box(42, 54, 58, 70, p.d, r=3)


def tote(p: Pen) -> None:
    p.arc(50, 36, 17, 24, (180, 360), p.d, 4)
    p.poly("20 34, 80 34, 86 86, 14 86", p.c)
    p.line("22 42, 78 42", p.d, 1.6)
    p.dot(50, 62, 9, p.a)


def handbag(p: Pen) -> None:
    p.arc(50, 44, 28, 32, (180, 360), p.d, 4)
    p.blob("18 44, 82 44, 88 76, 76 84, 24 84, 12 76", p.c)
    p.blob("18 44, 82 44, 78 62, 50 68, 22 62", p.d)
    p.box(44, 60, 56, 70, (211, 169, 62), r=2)


def wallet(p: Pen) -> None:
    p.box(20, 26, 82, 40, mix(LEAF, PAPER, 0.45), r=2)
    p.box(14, 32, 86, 80, p.c, r=5)
    p.line("19 38, 81 38", p.l, 1.4)
    p.box(62, 50, 90, 64, p.d, r=4)
    p.dot(70, 57, 2.6, METAL)


def briefcase(p: Pen) -> None:
    p.arc(50, 30, 12, 10, (180, 360), p.d, 4)
    p.box(10, 30, 90, 80, p.c, r=6)
    p.poly("10 34, 90 34, 90 54, 50 60, 10 54", p.d)
    p.box(44, 52, 56, 66, METAL, r=2)


def pouch(p: Pen) -> None:
    p.box(12, 32, 88, 76, p.c, r=9)
    p.line("18 41, 82 41", PAPER, 2)
    p.box(78, 39, 92, 44, p.a, r=2)
    p.line("22 66, 78 66", p.d, 1.4)


def lunch_bag(p: Pen) -> None:
    p.arc(50, 26, 14, 14, (180, 360), p.d, 4)
    p.box(20, 24, 80, 86, p.c, r=7)
    p.box(20, 24, 80, 38, p.d, r=5)
    p.line("24 38, 76 38", PAPER, 1.6)
    p.star(50, 62, 11, p.a)


def drawstring(p: Pen) -> None:
    p.blob("26 28, 74 28, 80 60, 74 88, 26 88, 20 60", p.c)
    p.blob("30 14, 70 14, 74 30, 26 30", p.l)
    p.line("26 29, 74 29", p.d, 3)
    p.line("30 30, 16 86", p.d, 2)
    p.line("70 30, 84 86", p.d, 2)
    p.star(50, 60, 11, p.a)


def packing_cubes(p: Pen) -> None:
    for x0, y0, x1, y1, tone in ((12, 48, 58, 84, p.c), (60, 56, 90, 84, p.d), (18, 20, 74, 46, p.l)):
        p.box(x0, y0, x1, y1, tone, r=4)
        p.box(x0 + 5, y0 + 7, x1 - 5, y1 - 5, mix(tone, INK, 0.12), r=3)
        p.line([(x0 + 4, y0 + 3), (x1 - 4, y0 + 3)], PAPER, 1.2)


def neck_pillow(p: Pen) -> None:
    p.arc(50, 44, 26, 26, (-60, 240), p.c, 21)
    p.arc(50, 42, 30, 30, (10, 80), p.l, 2)
    p.dot(37, 68, 1.8, p.d)


SHAPES = {name: draw for name, draw in globals().items() if getattr(draw, "__module__", "") == __name__}
