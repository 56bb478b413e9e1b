"""What every device can report and who must act, in the words of XFS4IoT.

Source: CEN/XFS4IoT, Common device interface: `Common.Status` (device) and `Common.ErrorEvent` (action).
"""

from enum import Enum, unique


@unique
class DeviceState(Enum):
    """`Common.Status.device` of XFS4IoT: how a device is, seen from the application."""

    STARTING = "starting"
    ONLINE = "online"
    OFFLINE = "offline"
    POWER_OFF = "powerOff"
    NO_DEVICE = "noDevice"
    HARDWARE_ERROR = "hardwareError"
    USER_ERROR = "userError"
    DEVICE_BUSY = "deviceBusy"
    FRAUD_ATTEMPT = "fraudAttempt"
    POTENTIAL_FRAUD = "potentialFraud"


@unique
class Who(Enum):
    """Who must act on a failure (design §7)."""

    NOBODY = "nobody"
    RESIDENT = "resident"
    CLERK = "clerk"
    TECHNICIAN = "technician"
    VENDOR = "vendor"
    CENTRE = "centre"
