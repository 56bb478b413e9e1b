import pytest

from kiosk.ui.theme import (
    PAIRS,
    PALETTES,
    SHAPE_CONTRAST,
    SMALLEST_TEXT,
    TEXT_CONTRAST,
    Contrast,
    IconSize,
    Orientation,
    Role,
    TextSize,
    Theme,
    Type,
    contrast_ratio,
)

# Foreground, background, ratio in the normal theme, ratio in high contrast: screen language §1.
PUBLISHED = """
ink bg 14.8 21.0
ink surface 16.0 18.5
ink sunken 13.5 15.1
ink tint 13.3 12.8
ink warn_tint 14.2 15.9
ink bad_tint 13.7 17.3
ink2 bg 8.0 16.7
ink2 surface 8.7 14.7
ink2 sunken 7.4 12.0
ink2 tint 7.3 10.2
on_frame frame 12.6 21.0
on_frame frame_btn 9.5 21.0
primary surface 9.0 12.8
primary bg 8.3 14.5
primary tint 7.5 8.9
on_primary primary 9.0 12.7
on_primary pressed 12.3 15.6
ok surface 8.3 12.8
ok bg 7.6 14.5
ok ok_tint 7.1 10.9
warn surface 9.0 13.0
warn warn_tint 8.0 11.2
bad surface 8.9 10.8
bad bg 8.2 12.3
bad bad_tint 7.6 10.1
surface ok 8.3 12.8
border bg 4.7 21.0
border surface 5.1 18.5
focus focus_inner 10.2 13.3
line surface 1.5 3.8
"""
ROWS = [line.split() for line in PUBLISHED.split("\n") if line]


@pytest.mark.parametrize(("fg", "bg", "normal", "high"), ROWS, ids=[f"{r[0]} on {r[1]}" for r in ROWS])
def test_the_colours_have_the_published_contrast(fg: str, bg: str, normal: str, high: str) -> None:
    for contrast, ratio in ((Contrast.NORMAL, normal), (Contrast.HIGH, high)):
        palette = PALETTES[contrast]
        assert round(contrast_ratio(palette[Role(fg)], palette[Role(bg)]), 1) == float(ratio)


@pytest.mark.parametrize("contrast", Contrast)
def test_every_pair_in_use_reaches_what_it_needs(contrast: Contrast) -> None:
    palette = PALETTES[contrast]
    low = {(fg, bg) for fg, bg, needed in PAIRS if contrast_ratio(palette[fg], palette[bg]) < needed}
    # The inner focus ring lies on the outer one and on the page; in high contrast black on yellow.
    assert not low
    assert {needed for _, _, needed in PAIRS} == {TEXT_CONTRAST, SHAPE_CONTRAST}


@pytest.mark.parametrize("contrast", Contrast)
def test_a_held_button_stays_readable(contrast: Contrast) -> None:
    colour = PALETTES[contrast]
    pairs = [
        (Role.ON_PRIMARY, Role.PRESSED),
        (Role.PRIMARY, Role.TINT),
        (Role.INK, Role.TINT),
        (Role.ON_FRAME, Role.FRAME_BTN_PRESSED),
    ]
    for fg, bg in pairs:
        assert contrast_ratio(colour[fg], colour[bg]) >= TEXT_CONTRAST


def test_both_palettes_have_every_role() -> None:
    assert all(set(palette) == set(Role) for palette in PALETTES.values())


@pytest.mark.parametrize("orientation", Orientation)
def test_no_text_is_below_the_smallest_size_and_large_text_is_larger(orientation: Orientation) -> None:
    normal, large = Theme(orientation=orientation), Theme(text=TextSize.LARGE, orientation=orientation)
    for role in Type:
        assert normal.style(role).size >= SMALLEST_TEXT
        assert large.style(role).size >= 42
        assert large.style(role).size > normal.style(role).size
    for icon in IconSize:
        assert large.icon(icon) >= normal.icon(icon)


def test_main_text_grows_by_half_in_large_text() -> None:
    assert (Theme().style(Type.BODY).size, Theme(text=TextSize.LARGE).style(Type.BODY).size) == (40, 60)


def test_high_contrast_has_thicker_hairlines() -> None:
    assert (Theme().lines.hairline, Theme(contrast=Contrast.HIGH).lines.hairline) == (2, 3)


@pytest.mark.parametrize("orientation", Orientation)
@pytest.mark.parametrize("text", TextSize)
def test_the_bands_fill_the_page(orientation: Orientation, text: TextSize) -> None:
    bands = Theme(text=text, orientation=orientation).bands
    assert (bands.width, bands.height) in {(1080, 1920), (1920, 1080)}
    assert bands.top < bands.work <= bands.bottom < bands.height
