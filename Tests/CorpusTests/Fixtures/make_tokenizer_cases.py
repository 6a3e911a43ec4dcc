#!/usr/bin/env python3
"""Token ids of hard texts by Hugging Face's CLIP tokenizer, for TokenizerTests.

usage: make_tokenizer_cases.py CLIP_TOKENIZER_FOLDER > tokenizer.cases.json
made with transformers 5.23.0 (CLIPTokenizerFast, tokenizers' Rust code), Python 3.11, from the
folder language_model/clip_tokenizer_4.16.2 of MedImageInsight 2024.09.27.
"""
import json
import random
import sys

import tokenizers
import transformers

TEXTS = [
    "x-ray chest anteroposterior Pneumonia",
    "x-ray chest anteroposterior Pneumonia.",
    "a quick brown fox jumps over the lazy dog",
    "X-RAY  Chest\tNo Finding",
    "",
    " ",
    "café naïve COVID-19 3.5mm <|endoftext|>",
    "cafe\u0301 nai\u0308ve",                              # decomposed accents
    "\u1100\u1161\u11a8 한글 각",                          # conjoining jamo
    "\u212b \u2126 \u1e9b\u0323",                          # singletons and reordering
    "e\u0301\u0327\u0301 a\u0328\u0301 \u0301alone",
    "<|endoftext|>\u0301 mark after a special",
    "Größe STRASSE straße ẞ",
    "İstanbul ISPARTA ı ŞĞ",                               # dotted capital I
    "ΟΔΥΣΣΕΥΣ Σ ς σ",                                      # no final sigma
    "ǅ ǈ ǲ ᾈ ᾳ",                                           # title case
    "眼底 fundus 黄斑变性",
    "胸部X線写真、結節あり。",
    "الأشعة السينية للصدر",
    "مُحَمَّد ١٢٣",
    "בְּרֵאשִׁית",
    "हिन्दी में एक्स-रे",
    "ไทย ภาษาไทย ๑๒๓",
    "рентген грудной клетки",
    "😀 ok 👨‍👩‍👧‍👦 family 🏥🩻",
    "flags 🇩🇪🇫🇷 skin 👍🏽 keycap 1️⃣",
    "don't you'll it's we've I'm he'd they're",
    "DON'T YOU'LL IT'S WE'VE I'M HE'D THEY'RE",
    "'s 't 're 've 'm 'll 'd 'x ''s !'s 'sword",
    "rock 'n' roll o’clock ‘quoted’",
    "1234567890",
    "10mg 3.14159 1,000,000 -42 1e-5 50%",
    "½ ¾ ² ³ Ⅷ ⅷ ① ㊿ ৳ ௧",                                # No, Nl, Nd
    "T₂* FLAIR ADC×10⁻³ mm²/s",
    "histopathology H&E stain, 20×",
    "anti-TNFα 10mg/kg q8w β-blocker",
    "µg/mL μg/mL",                                         # micro sign and Greek mu
    "ﬁbrosis ﬂuid",
    "…—“quoted” «guillemets» „tief“",
    "Barrett's oesophagus",
    "ultrasound breast bi-rads 4b &amp; biopsy",
    "line1\nline2\r\nline3\u2028line4\u2029line5",
    "a\u00a0b\u2003c\u3000d\u1680e\u202ff\u205fg",         # every kind of space
    "a\u200bb\u180ec\ufeffd\u2060e",                       # no space at all
    "a\u0085b\u000bc\u000cd\u001ce\u001fg",
    "null \u0000 bell \u0007 escape \u001b[0m delete \u007f",
    "tab\t\ttab \t mixed",
    "   leading and trailing   ",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "abababababababababababababab ababcababcababc",
    "thththththththinininininerererer",
    "pneumonoultramicroscopicsilicovolcanoconiosis",
    "hippopotomonstrosesquippedaliophobia!!!???...",
    "word " * 74,
    "word " * 75,
    "word " * 76,
    "word " * 120,
    "1" * 100,
    "é" * 60,
    "<|startoftext|> literal <|startoftext|><|startoftext|>",
    "<|StartOfText|> upper <|STARTOFTEXT|>",
    "<|endoftext|><|endoftext|>",
    "<|EndOfText|> upper <|ENDOFTEXT|>!",
    "x<|endoftext|>y<|startoftext|>z",
    "!<|ENDOFTEXT|> after a mark",
    "<|endoftext| almost |endoftext|> <|end",
    "<start_of_text> <end_of_text>",
    "!!!!!!!! @#$%^&*() _underscore_ a_b",
    "C:\\path\\file.dcm https://example.org/a?b=c&d=e#f",
    "mri brain axial level 3 of 5",
    "endoscopy gastrointestinal esophagus Barrett's",
    "𝒳 𝟘𝟙𝟚 𐍈 𠀀𠀁",                                       # beyond the basic plane
    "ªº ʰ ˈ ǃ ː",                                          # Lo, Lm that look like marks
    "a\u0300 \u0061\u030a \u00c5",
    "\ud55c\uae00 \u1112\u1161\u11ab\u1100\u1173\u11af",
    "\ufffd \ue000 \U0010ffff",
    "⠓⠑⠇⠇⠕ ♥ ☃ → ∀x∈ℝ",
]


def random_texts(count: int) -> list[str]:
    """Mixtures of everything above at random boundaries."""
    generator = random.Random(20)
    letters = sorted(set("".join(TEXTS)))
    return ["".join(generator.choice(letters) for _ in range(40)) for _ in range(count)]


def main() -> None:
    tokenizer = transformers.CLIPTokenizerFast.from_pretrained(sys.argv[1])
    cases = []
    for text in TEXTS + random_texts(24):
        row = tokenizer(text, padding="max_length", max_length=77, truncation=True)
        kept = sum(row["attention_mask"])
        assert row["attention_mask"] == [1] * kept + [0] * (77 - kept)
        assert row["input_ids"][kept:] == [49407] * (77 - kept)
        whole = len(tokenizer(text)["input_ids"])
        cases.append({"text": text, "ids": row["input_ids"][:kept], "whole": whole})
    heading = {"transformers": transformers.__version__, "tokenizers": tokenizers.__version__}
    print(json.dumps(heading)[:-1] + ', "cases": [')
    print(",\n".join(json.dumps(case, separators=(",", ":")) for case in cases))
    print("]}")


main()
