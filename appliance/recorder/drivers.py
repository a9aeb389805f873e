"""List the drivers of lines that the recorder has: one explicit tuple, and no discovery.

A new driver is one more line here and among the configuration's; each half has the other's name.
"""

from collections.abc import Mapping

from appliance.exchange import device as exchange
from appliance.lines.device import Device
from appliance.lines.isdn import device as isdn
from appliance.lines.modem import device as modem
from appliance.lines.monitor import device as monitor
from appliance.lines.sound import device as sound

DEVICES: tuple[Device, ...] = (
    exchange.DEVICE,
    sound.DEVICE,
    monitor.DEVICE,
    modem.DEVICE,
    isdn.DEVICE,
)

BY_DRIVER: Mapping[str, Device] = {device.driver: device for device in DEVICES}
