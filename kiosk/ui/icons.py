"""The closed set of icons: Material Symbols, style Rounded, weight 500, unfilled (Apache License 2.0), by code point."""

from enum import Enum, unique


@unique
class Icon(Enum):
    # way out and paging
    EJECT = 0xE8FB
    ARROW_BACK = 0xE5C4
    CHEVRON_LEFT = 0xE5CB
    CHEVRON_RIGHT = 0xE5CC
    EXPAND_LESS = 0xE5CE
    EXPAND_MORE = 0xE5CF
    LOGOUT = 0xE9BA
    CHECK = 0xE668
    DONE_ALL = 0xE877
    # card and slot
    CREDIT_CARD = 0xE8A1
    CREDIT_CARD_OFF = 0xE4F4
    CREDIT_CARD_GEAR = 0xF52D
    ID_CARD = 0xF4CA
    SOUTH = 0xF1E3
    CONTACTLESS = 0xEA71
    # access strip
    TRANSLATE = 0xE8E2
    TEXT_INCREASE = 0xEAE2
    CONTRAST = 0xEB37
    VOLUME_UP = 0xE050
    # status
    CHECK_CIRCLE = 0xF0BE
    WARNING = 0xF083
    ERROR = 0xF8B6
    CANCEL = 0xE888
    BLOCK = 0xF08C
    HELP = 0xE8FD
    INFO = 0xE88E
    LINK = 0xE250
    SYNC = 0xE627
    RADIO_CHECKED = 0xE837
    RADIO_UNCHECKED = 0xE836
    TASK_ALT = 0xE2E6
    MORE_TIME = 0xEA5D
    # connection
    CLOUD_DONE = 0xE2BF
    CLOUD_OFF = 0xE2C1
    # insurances
    ELDERLY = 0xF21A
    MEDICAL_SERVICES = 0xF109
    WORK_HISTORY = 0xEC09
    PERSONAL_INJURY = 0xE6DA
    CHILD_CARE = 0xEB41
    FAMILY_RESTROOM = 0xF1A2
    # actions
    FACT_CHECK = 0xF0C5
    CALENDAR_MONTH = 0xEBCC
    WALLET = 0xE850
    PRINT = 0xE8AD
    MENU_BOOK = 0xEA19
    DIALPAD = 0xE0BC
    SEARCH = 0xEF7A
    GRID_ON = 0xE3EC
    POLICY = 0xEA17
    RECEIPT_LONG = 0xEF6E
    ACCOUNT_BALANCE = 0xE84F
    # PIN and privacy
    LOCK = 0xE899
    LOCK_OPEN = 0xE898
    BACK_HAND = 0xE764
    BACKSPACE = 0xE14A
    VISIBILITY = 0xE8F4
    VISIBILITY_OFF = 0xE8F5
    SHIELD_PERSON = 0xF650
    KEYBOARD_HIDE = 0xE31A
    SAVINGS = 0xE2EB
    # account entries
    SOUTH_WEST = 0xF1E5
    NORTH_EAST = 0xF1E1
    # staff and technician
    BADGE = 0xEA67
    EDIT_NOTE = 0xE745
    BUILD = 0xF8CD
    SETTINGS = 0xE8B8
    HISTORY = 0xE8B3
    PLAYLIST_ADD_CHECK = 0xE065
    SUMMARIZE = 0xF071
    SUPPORT_AGENT = 0xF0E2
    MEETING_ROOM = 0xEB4F
    NOTIFICATIONS_ACTIVE = 0xE7F7
    VERIFIED_USER = 0xF013
    TOUCH_APP = 0xE913
    SCHEDULE = 0xEFD6
    HARD_DRIVE = 0xF80E

    @property
    def glyph(self) -> str:
        return chr(self.value)
