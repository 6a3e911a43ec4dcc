#!/usr/bin/env python3
"""Writes Sources/Reports/Drawing/GlyphTable.swift: outlines of DejaVu Sans 2.37 for pictures (.png).

    pip install fonttools==4.60.1
    scripts/glyphs.py DejaVuSans.ttf >Sources/Reports/Drawing/GlyphTable.swift

A glyph is its advance and its contours, each number two digits of base 64 (128 added), in units of
1/512 em: x doubled plus 1 where the point lies on the curve, then y. `.` ends a contour, `;` a
glyph.
"""
import sys

from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.ttLib import TTFont

DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-"
CHARACTERS = [*range(0x20, 0x7F), *range(0xA1, 0x100), 0x2013, 0x2014, 0x2018, 0x2019, 0x201C,
              0x201D, 0x2026, 0x2264, 0x2265, 0x25A1]
NOTICE = """\
// Outlines of DejaVu Sans 2.37, made by scripts/glyphs.py. DejaVu's changes are in the public
// domain; the font they change comes with this notice:
//
// Copyright (c) 2003 by Bitstream, Inc. All Rights Reserved. Bitstream Vera is a trademark of
// Bitstream, Inc. Permission is hereby granted, free of charge, to any person obtaining a copy of
// the fonts accompanying this license ("Fonts") and associated documentation files (the "Font
// Software"), to reproduce and distribute the Font Software, including without limitation the
// rights to use, copy, merge, publish, distribute, and/or sell copies of the Font Software, and to
// permit persons to whom the Font Software is furnished to do so, subject to the following
// conditions: The above copyright and trademark notices and this permission notice shall be
// included in all copies of one or more of the Font Software typefaces. The Font Software may be
// modified, altered, or added to, and in particular the designs of glyphs or characters in the
// Fonts may be modified and additional glyphs or characters may be added to the Fonts, only if the
// fonts are renamed to names not containing either the words "Bitstream" or the word "Vera". This
// License becomes null and void to the extent applicable to Fonts or Font Software that has been
// modified and is distributed under the "Bitstream Vera" names. The Font Software may be sold as
// part of a larger software package but no copy of one or more of the Font Software typefaces may
// be sold by itself. THE FONT SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS
// OR IMPLIED, INCLUDING BUT NOT LIMITED TO ANY WARRANTIES OF MERCHANTABILITY, FITNESS FOR A
// PARTICULAR PURPOSE AND NONINFRINGEMENT OF COPYRIGHT, PATENT, TRADEMARK, OR OTHER RIGHT. IN NO
// EVENT SHALL BITSTREAM OR THE GNOME FOUNDATION BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
// LIABILITY, INCLUDING ANY GENERAL, SPECIAL, INDIRECT, INCIDENTAL, OR CONSEQUENTIAL DAMAGES,
// WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF THE USE OR INABILITY
// TO USE THE FONT SOFTWARE OR FROM OTHER DEALINGS IN THE FONT SOFTWARE.
"""


def number(value):
    value += 128
    assert 0 <= value < 4096
    return DIGITS[value // 64] + DIGITS[value % 64]


def point(place, scale, on):
    x, y = (round(v * scale) for v in place)
    return DIGITS[((x + 128) * 2 + on) // 64] + DIGITS[((x + 128) * 2 + on) % 64] + number(y)


def glyph(font, glyphs, code, scale):
    name = font.getBestCmap()[code]
    pen = DecomposingRecordingPen(glyphs)
    glyphs[name].draw(pen)
    text = number(round(glyphs[name].width * scale))
    for kind, points in pen.value:
        if kind in ("moveTo", "lineTo"):
            text += point(points[0], scale, 1)
        elif kind == "qCurveTo":
            if points[-1] is None:
                raise SystemExit(f"{name}: a contour without a point on the curve")
            text += "".join(point(p, scale, 0) for p in points[:-1]) + point(points[-1], scale, 1)
        else:
            text += "."
    return text + ";"


def main():
    font = TTFont(sys.argv[1])
    glyphs = font.getGlyphSet()
    scale = 512 / font["head"].unitsPerEm
    stream = "".join(glyph(font, glyphs, code, scale) for code in CHARACTERS)
    print(NOTICE)
    print("/// The glyphs that pictures are written with; ``Glyphs`` reads them.")
    print("enum GlyphTable {")
    print("    /// Their characters, in the order of the table.")
    ranges = " + ".join(["Array(0x20...0x7E)", "Array(0xA1...0xFF)"])
    rest = ", ".join(f"0x{c:X}" for c in CHARACTERS if c > 0xFF)
    print(f"    static let characters: [UInt32] =\n        {ranges}\n        + [")
    print(f"            {rest},\n        ]\n")
    print('    static let outlines = """')
    for start in range(0, len(stream), 92):
        print("        " + stream[start : start + 92])
    print('        """\n}')


main()
