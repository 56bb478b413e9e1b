"""Where a line may be broken: Latin words at spaces, Chinese after every character, with 避头尾 (GB/T 15834-2011 §5.1).

Numbers, amounts, codes and masks stay whole, and so do dates (11月20日, 20 Nov 2026) and a number with its measure word
(3 次), because half of one reads as another.
"""

import re
from dataclasses import dataclass

_MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_TOKEN = re.compile(
    r"\n"
    r"|\d{1,4}年\d{1,2}月\d{1,2}日|\d{1,4}年\d{1,2}月|\d{1,4}年|\d{1,2}月\d{1,2}日|\d{1,2}月"
    rf"|\d{{1,2}} (?:{_MONTHS})\b(?: \d{{4}})?|(?:{_MONTHS})(?: \d{{4}})\b"
    r"|[ \u3000]+"
    r"|[!-~\u00a1-\u00b6\u00b8-\u024f\u2010-\u2015\u2212]+"
    r"|.",
    re.DOTALL,
)
# May not begin a line: closing and separating marks. May not end one: opening marks and currency. Neither: U+00A0.
_NOT_FIRST = frozenset("\u00a0，。、：；？！）】》」』〉〕”’…—·％‰℃～,.:;?!)]}%°•／-–")
_NOT_LAST = frozenset("\u00a0（【《「『〈〔“‘¥￥￡＄([{$")
_BREAKING = " \u3000"
_HAN = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


@dataclass(frozen=True, slots=True)
class Piece:
    """Text that stays together. After it the line may be broken; `hard`: it must be. A space is dropped at a break."""

    text: str
    space: bool = False
    hard: bool = False


def pieces(text: str) -> list[Piece]:
    """`text` cut into the pieces that stay together; joined again they are `text` without its line feeds."""
    result: list[Piece] = []
    glue = False  # the next one belongs to the last piece
    parts = _TOKEN.findall(text)
    for i, part in enumerate(parts):
        if part == "\n":
            result.append(Piece("", hard=True))
            glue = False
            continue
        if part.strip(_BREAKING) == "":
            after = parts[i + 1] if i + 1 < len(parts) else ""
            before = result[-1].text if result else ""
            if before and before[-1].isdigit() and _HAN.match(after) and not (result[-1].hard or result[-1].space):
                result[-1] = Piece(before + part)
                glue = True
            else:
                result.append(Piece(part, space=True))
                glue = False
            continue
        joinable = bool(result) and not result[-1].hard and not result[-1].space
        if joinable and (glue or part[0] in _NOT_FIRST or result[-1].text[-1] in _NOT_LAST):
            result[-1] = Piece(result[-1].text + part)
        else:
            result.append(Piece(part))
        glue = False
    return result


def is_single(line: str) -> bool:
    """A line of one character and its closing marks: looks like a slip."""
    return len(line.rstrip("".join(_NOT_FIRST))) <= 1
