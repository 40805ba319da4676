"""What people's automation does at a console, by netmiko as it is: netmiko_session.py ADDRESS"""

import sys

from netmiko import ConnectHandler

switch = ConnectHandler(
    device_type="hp_comware_telnet",
    host=sys.argv[1],
    username="admin",
    password="s3cret-of-admin",
)


def expect(holds, words, shown):
    if not holds:
        sys.exit(f"{words}: {shown!r}")


# Logging in has found the prompt and switched paging off already.
prompt = switch.find_prompt()
expect(prompt == "<sw1>", "the prompt", prompt)
shown = switch.send_command("display interface", expect_string=r"<sw1>")
expect("More" not in shown, "paging is on", shown)
expect("Vlan-interface1" in shown and "GigabitEthernet1/0/1" in shown, "interfaces", shown)

# The system view, lines of configuration, and back.
shown = switch.send_config_set(
    ["interface GigabitEthernet1/0/1", "description typed by a tool", "quit"]
)
expect("%" not in shown, "the configuration is refused", shown)
expect("[sw1-GigabitEthernet1/0/1]" in shown, "no view of the interface", shown)
prompt = switch.find_prompt()
expect(prompt == "<sw1>", "the prompt behind the configuration", prompt)

shown = switch.save_config()
expect("Saved the current configuration to mainboard device successfully." in shown, "save", shown)

# The driver saves in the system view, and stays there: it finds the prompt by itself.
shown = switch.send_command("display current-configuration")
for line in (" sysname sw1", "interface GigabitEthernet1/0/1", " description typed by a tool"):
    expect(line in shown.splitlines(), f"no line {line!r}", shown)
expect("\nreturn" in shown, "it does not end with return", shown)
expect("s3cret" not in shown, "a password", shown)
saved = switch.send_command("display saved-configuration")
expect(" description typed by a tool" in saved.splitlines(), "what was saved", saved)
switch.disconnect()
