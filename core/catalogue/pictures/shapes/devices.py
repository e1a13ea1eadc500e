"""Electronics."""

from __future__ import annotations

from core.catalogue.pictures.pen import GLOW, INK, LEAF, METAL, PAPER, Pen, mix

SCREEN = (126, 170, 214)


def phone(p: Pen) -> None:
    p.box(32, 8, 68, 92, p.c, r=8)
    p.box(35, 12, 65, 88, mix(SCREEN, p.a, 0.3), r=5)
    p.blob("35 60, 48 50, 65 64, 65 84, 35 84", mix(p.a, PAPER, 0.35))
    p.box(45, 14, 55, 17, INK, r=1.5)


def phone_case(p: Pen) -> None:
    p.box(30, 8, 70, 92, p.c, r=10)
    p.box(34, 12, 66, 88, p.l, r=7)
    p.box(38, 15, 56, 33, p.d, r=6)
    p.dot(43.5, 20.5, 3.6, INK)
    p.dot(50.5, 27.5, 3.6, INK)


def phone_stand(p: Pen) -> None:
    p.poly("36 10, 66 14, 60 70, 30 66", INK)
    p.poly("38 13, 63 16.5, 58 66, 33 63", SCREEN)
    p.line("62 40, 76 84", p.c, 5)
    p.box(18, 80, 84, 88, p.c, r=3)
    p.box(22, 66, 62, 72, p.d, r=2)


def tablet(p: Pen) -> None:
    p.box(18, 12, 82, 90, p.c, r=6)
    p.box(23, 18, 77, 84, mix(SCREEN, p.a, 0.25), r=2)
    p.dot(60, 38, 8, GLOW)
    p.poly("23 84, 23 66, 42 48, 58 66, 66 58, 77 70, 77 84", mix(LEAF, p.a, 0.3))


def e_reader(p: Pen) -> None:
    p.box(24, 10, 76, 90, p.c, r=6)
    p.box(29, 15, 71, 78, PAPER, r=1)
    for i in range(8):
        p.line([(34, 24 + i * 6.4), (66 - (i % 3) * 6, 24 + i * 6.4)], (150, 150, 150), 1.6)


def charger(p: Pen) -> None:
    p.box(22, 34, 62, 78, p.c, r=8)
    p.box(32, 20, 36, 35, METAL)
    p.box(48, 20, 52, 35, METAL)
    p.box(34, 58, 50, 64, p.d, r=2)
    p.line("42 66, 42 84, 78 84, 78 50", p.d, 3)
    p.box(73, 36, 83, 52, p.c, r=2)


def cable(p: Pen) -> None:
    for r in (28, 21, 14):
        p.arc(50, 48, r, r, (0, 350), p.c, 3)
    p.line("76 52, 80 84", p.c, 3)
    p.box(75, 80, 85, 94, p.d, r=2)
    p.box(44, 8, 56, 24, p.d, r=2)


def charging_pad(p: Pen) -> None:
    p.oval(50, 62, 38, 20, p.d)
    p.oval(50, 57, 38, 20, p.c)
    p.oval(50, 57, 26, 13, p.l)
    p.poly("52 44, 42 60, 49 60, 46 70, 58 54, 51 54", p.a)


def plug(p: Pen) -> None:
    p.box(28, 24, 72, 74, p.c, r=9)
    p.dot(50, 48, 15, p.d)
    for x in (45, 55):
        p.box(x - 1.5, 42, x + 1.5, 52, INK, r=1)
    p.dot(64, 66, 2.4, (110, 200, 120))
    p.box(40, 74, 60, 86, METAL, r=1)


def power_strip(p: Pen) -> None:
    p.line("10 50, 2 50", INK, 3)
    p.box(8, 36, 92, 64, p.c, r=6)
    for x in (20, 38, 56, 74):
        p.dot(x, 50, 7.4, p.d)
        p.box(x - 3, 47, x - 1.4, 53, INK)
        p.box(x + 1.4, 47, x + 3, 53, INK)
    p.dot(86, 50, 2.4, (220, 80, 70))


def power_bank(p: Pen) -> None:
    p.box(30, 14, 70, 88, p.c, r=8)
    for i in range(4):
        p.dot(43 + i * 5, 76, 1.8, GLOW if i < 3 else p.d)
    p.poly("53 30, 42 48, 49 48, 46 62, 58 43, 51 43", p.a)
    p.box(44, 10, 56, 16, METAL, r=1)


def headphones(p: Pen) -> None:
    p.arc(50, 48, 33, 36, (180, 360), p.d, 6)
    for x in (18, 82):
        p.box(x - 10, 44, x + 10, 82, p.c, r=9)
    p.box(24, 47, 33, 79, INK, r=4)
    p.box(67, 47, 76, 79, INK, r=4)


def earbuds(p: Pen) -> None:
    p.box(20, 52, 80, 88, p.c, r=14)
    p.line("20 64, 80 64", p.d, 1.6)
    p.dot(50, 74, 2.4, (110, 200, 120))
    for x, s in ((34, -1), (66, 1)):
        p.dot(x, 24, 9, p.c)
        p.box(x - 3, 26, x + 3, 47, p.c, r=3)
        p.dot(x + s * 5, 22, 4.4, INK)


def speaker(p: Pen) -> None:
    p.box(28, 10, 72, 88, p.c, r=12)
    p.dot(50, 60, 17, p.d)
    p.dot(50, 60, 10, INK)
    p.dot(50, 60, 4, METAL)
    p.dot(50, 28, 9, p.d)
    p.dot(50, 28, 4.4, INK)


def radio(p: Pen) -> None:
    p.line("70 32, 84 8", METAL, 2)
    p.box(10, 30, 90, 82, p.c, r=9)
    p.dot(34, 58, 17, p.d)
    for i in range(4):
        p.line([(24, 50 + i * 5.4), (44, 50 + i * 5.4)], p.l, 1.4)
    p.box(58, 40, 82, 52, PAPER, r=2)
    p.line("70 41, 70 51", (201, 59, 59), 1.6)
    p.dot(64, 67, 5.4, INK)
    p.dot(78, 67, 5.4, INK)


def turntable(p: Pen) -> None:
    p.box(10, 28, 90, 82, p.c, r=5)
    p.dot(42, 55, 24, INK)
    for r in (19, 14):
        p.arc(42, 55, r, r, (0, 360), (92, 94, 102), 1)
    p.dot(42, 55, 8, p.a)
    p.dot(78, 38, 5, METAL)
    p.line("78 38, 76 62, 62 70", METAL, 2.6)


def laptop(p: Pen) -> None:
    p.box(18, 22, 82, 68, p.d, r=4)
    p.box(21, 25, 79, 65, mix(SCREEN, p.a, 0.2), r=2)
    p.blob("21 54, 40 42, 60 52, 79 44, 79 65, 21 65", mix(p.a, PAPER, 0.35))
    p.poly("16 68, 84 68, 94 80, 6 80", p.c)
    p.poly("40 74, 60 74, 62 78, 38 78", p.d)


def laptop_stand(p: Pen) -> None:
    p.poly("22 14, 78 14, 82 46, 18 46", INK)
    p.poly("25 17, 75 17, 78 43, 22 43", SCREEN)
    p.poly("14 46, 86 46, 92 52, 8 52", METAL)
    p.line("20 54, 40 84", p.c, 6)
    p.line("80 54, 60 84", p.c, 6)
    p.box(24, 82, 76, 88, p.c, r=3)


def monitor_screen(p: Pen) -> None:
    p.box(8, 16, 92, 68, p.c, r=4)
    p.box(12, 20, 88, 64, mix(SCREEN, p.a, 0.2), r=1)
    p.poly("12 64, 36 40, 56 58, 70 46, 88 62, 88 64", mix(p.a, PAPER, 0.3))
    p.box(45, 68, 55, 80, p.d)
    p.box(30, 80, 70, 86, p.c, r=3)


def tv(p: Pen) -> None:
    p.box(4, 18, 96, 74, INK, r=3)
    p.box(7, 21, 93, 71, mix(SCREEN, p.a, 0.3), r=1)
    p.dot(70, 38, 9, GLOW)
    p.poly("7 71, 30 44, 50 62, 64 50, 93 71", mix(LEAF, p.a, 0.25))
    p.line("24 74, 18 84", INK, 3)
    p.line("76 74, 82 84", INK, 3)


def keyboard(p: Pen) -> None:
    p.box(6, 34, 94, 72, p.c, r=6)
    for j in range(3):
        for i in range(10):
            p.box(11 + i * 8, 39 + j * 8, 17 + i * 8, 45 + j * 8, p.d if (i + j) % 7 else p.a, r=1.4)
    p.box(28, 63, 72, 68, p.d, r=1.4)


def mouse(p: Pen) -> None:
    p.blob("50 14, 70 26, 74 58, 64 84, 50 88, 36 84, 26 58, 30 26", p.c)
    p.line("50 16, 50 48", p.d, 1.6)
    p.box(47, 26, 53, 40, p.d, r=3)
    p.arc(50, 46, 23, 8, (10, 170), p.d, 1.4)


def hub(p: Pen) -> None:
    p.line("50 36, 50 16, 72 10", p.d, 4)
    p.box(12, 40, 88, 70, p.c, r=6)
    for x in (22, 38, 54, 70):
        p.box(x, 51, x + 11, 60, INK, r=2)


def monitor_arm(p: Pen) -> None:
    p.box(48, 12, 90, 48, INK, r=3)
    p.box(51, 15, 87, 45, SCREEN, r=1)
    p.line("52 34, 34 48, 24 26, 20 84", p.c, 5)
    p.box(8, 82, 38, 90, p.d, r=2)


def webcam(p: Pen) -> None:
    p.box(18, 20, 82, 62, p.c, r=18)
    p.dot(50, 41, 16, p.d)
    p.dot(50, 41, 10, INK)
    p.dot(46, 37, 3, PAPER)
    p.poly("42 62, 58 62, 66 84, 34 84", p.d)
    p.dot(72, 34, 2, (110, 200, 120))


def microphone(p: Pen) -> None:
    p.box(37, 10, 63, 54, p.c, r=13)
    for y in (20, 27, 34):
        p.line([(40, y), (60, y)], p.d, 1.6)
    p.arc(50, 42, 21, 24, (0, 180), METAL, 3)
    p.line("50 66, 50 84", METAL, 3.4)
    p.oval(50, 86, 20, 4, p.d)


def ring_light(p: Pen) -> None:
    p.line("50 60, 50 84", INK, 3)
    p.line("50 80, 30 92", INK, 3)
    p.line("50 80, 70 92", INK, 3)
    p.arc(50, 38, 27, 27, (0, 360), GLOW, 9)
    p.arc(50, 38, 22, 22, (0, 360), p.d, 1.4)
    p.box(44, 26, 56, 50, INK, r=3)


def printer(p: Pen) -> None:
    p.box(28, 12, 72, 42, PAPER, r=1)
    p.box(10, 38, 90, 76, p.c, r=7)
    p.box(22, 62, 78, 68, INK, r=2)
    p.box(28, 66, 72, 88, PAPER, r=1)
    p.line("34 74, 66 74", METAL, 1.6)
    p.line("34 80, 58 80", METAL, 1.6)
    p.dot(80, 48, 2.6, (110, 200, 120))


def router(p: Pen) -> None:
    p.line("26 58, 20 18", INK, 3)
    p.line("74 58, 80 18", INK, 3)
    p.box(10, 56, 90, 78, p.c, r=8)
    for i in range(4):
        p.dot(24 + i * 9, 67, 2.2, (110, 200, 120))
    for r in (8, 16):
        p.arc(50, 44, r, r, (225, 315), p.a, 3)


def ssd(p: Pen) -> None:
    p.box(26, 16, 74, 84, p.c, r=7)
    p.box(32, 24, 68, 52, p.l, r=3)
    p.box(42, 82, 58, 90, METAL, r=1)
    p.dot(50, 66, 3, (120, 180, 230))


def remote(p: Pen) -> None:
    p.box(36, 8, 64, 92, p.c, r=10)
    p.dot(50, 28, 9, p.d)
    p.dot(50, 28, 4, p.l)
    for i in range(2):
        for j in range(4):
            p.dot(44 + i * 12, 46 + j * 10, 3, p.a if i + j == 0 else p.d)


def projector(p: Pen) -> None:
    p.poly("30 54, 4 22, 4 86", mix(GLOW, PAPER, 0.5))
    p.box(26, 38, 92, 72, p.c, r=8)
    p.dot(34, 55, 11, INK)
    p.dot(34, 55, 6, SCREEN)
    for x in (66, 72, 78):
        p.line([(x, 48), (x, 62)], p.d, 2)


def soundbar(p: Pen) -> None:
    p.box(4, 50, 96, 70, p.c, r=8)
    for i in range(13):
        p.line([(12 + i * 6.3, 55), (12 + i * 6.3, 65)], p.d, 1.6)
    p.dot(90, 60, 2, (110, 200, 120))


def smart_bulb(p: Pen) -> None:
    p.dot(50, 40, 38, mix(GLOW, PAPER, 0.7))
    p.blob("50 12, 72 26, 72 46, 60 62, 40 62, 28 46, 28 26", mix(GLOW, PAPER, 0.3))
    p.line("42 60, 46 40, 54 40, 58 60", (226, 160, 60), 2)
    p.box(40, 62, 60, 82, METAL, r=3)
    p.line("40 70, 60 70", INK, 1.4)
    p.line("40 76, 60 76", INK, 1.4)


def doorbell(p: Pen) -> None:
    p.box(34, 10, 66, 90, p.c, r=12)
    p.dot(50, 30, 10, INK)
    p.dot(50, 30, 5, SCREEN)
    p.dot(50, 66, 11, p.l)
    p.arc(50, 66, 11, 11, (0, 360), p.a, 2.4)


def thermostat(p: Pen) -> None:
    p.dot(50, 50, 38, p.c)
    p.dot(50, 50, 30, INK)
    p.arc(50, 50, 24, 24, (140, 330), (238, 140, 54), 3.4)
    p.line("42 42, 42 58", PAPER, 3)
    p.arc(56, 50, 6, 8, (0, 360), PAPER, 3)


def smartwatch(p: Pen) -> None:
    p.box(36, 6, 64, 94, p.d, r=6)
    p.box(27, 26, 73, 74, p.c, r=11)
    p.box(32, 31, 68, 69, INK, r=7)
    p.arc(50, 50, 12, 12, (-90, 160), (110, 200, 120), 3.4)
    p.arc(50, 50, 7, 7, (-90, 90), p.a, 3.4)


def camera(p: Pen) -> None:
    p.box(32, 18, 62, 34, p.d, r=4)
    p.box(8, 28, 92, 80, p.c, r=8)
    p.dot(50, 54, 21, p.d)
    p.dot(50, 54, 15, INK)
    p.dot(50, 54, 8, SCREEN)
    p.dot(45, 49, 3, PAPER)
    p.dot(80, 38, 4, p.a)


def tripod(p: Pen) -> None:
    p.box(34, 10, 66, 28, INK, r=4)
    p.dot(50, 19, 6, SCREEN)
    p.line("50 28, 50 44", p.c, 5)
    for x in (22, 50, 78):
        p.line([(50, 42), (x, 90)], p.c, 4)
        p.dot(x, 90, 3, INK)


SHAPES = {name: draw for name, draw in globals().items() if getattr(draw, "__module__", "") == __name__}
