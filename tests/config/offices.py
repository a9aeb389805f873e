"""Write a configuration in which everything is set."""

REAL = """
[office]
name = "Kancelaria Nowak"
controller = "Kancelaria Nowak sp. k., Warszawa"
contact = "rodo@kancelaria.example"
country = "PL"
languages = ["pl", "en"]
outside_prefix = "0"
pause_minutes = 3
controller_says = { pl = "Kancelaria Nowak", en = "Nowak Law Office" }

[[line]]
name = "Reception"
number = "22 123 45 67"
language = "en"
hook   = { driver = "monitor", dialect = "lm1", port = "/dev/serial/by-id/usb-a" }
audio  = { driver = "sound", card = "LineTap", rate = 44100, sides = "voltage/current" }
prompt = { driver = "sound", card = "LineTap" }
purposes = ["service", "training"]
choices = { "1" = ["training"], "2" = [] }

[[line]]
name = "Fax"
number = "+48221234568"
kind = "fax"
hook = { driver = "modem", port = "/dev/ttyACM0", profile = "conexant" }
audio = { driver = "modem", port = "/dev/ttyACM0", holds_line = true }
prompt = { driver = "modem", port = "/dev/ttyACM0" }

[[purpose]]
id = "service"
basis = "contract"
full = { pl = "obsługi umowy", en = "the service of your contract" }
short = { pl = "obsługę", en = "service" }
label = { pl = "obsługa umowy", en = "contract service" }
retention_days = 365
justification = "The terms of service name the recording of orders."

[[purpose]]
id = "training"
basis = "consent"
full = { pl = "szkolenia zespołu", en = "training", de = "zur Schulung" }
short = { pl = "szkolenie", en = "training", de = "Schulung" }
label = { pl = "szkolenie", en = "training", de = "Schulung" }
retention_days = 183

[vault]
eraser = "board"
board_secret = "/run/zgoda/board"
pool_ahead = 512
prompts = "/etc/zgoda/prompts"

[panel]
host = "0.0.0.0"
port = 8471
"""
