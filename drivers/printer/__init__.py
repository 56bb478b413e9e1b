"""Receipt printers: the protocol, what stands on a slip, ESC/POS, a real device and a simulated one."""
