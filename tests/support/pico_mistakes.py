"""Mistakes that programs for a Pico make, by macro, and the rules of the witness that each breaks.

To each the names of rules, as rp2040/ reports them, and whether the right bytes come back all the
same.
"""

#: Of pico_echo.c.
AT_START = {
    "SSI_ON=0": ("flash", False),
    "SSI_COMMAND=0x0B000218": ("flash", False),
    "SSI_DIVIDER=2": ("flash clock", True),
    "CRYSTAL_START=10": ("crystal start", True),
    "CRYSTAL_WAIT=0": ("crystal", True),
    "PLL_WAIT=0": ("pll lock", True),
    "PLL_DIVIDER_OFF=0": ("pll divider", True),
    "PLL_MULTIPLIER=58 PLL_DIVIDERS=(6<<16|1<<12) DIVIDER=62 FRACTION=60": ("pll range", True),
    "PLL_DIVIDERS=(5<<16|2<<12) DIVIDER=86 FRACTION=38": ("clk_sys", True),
    "PERIPHERAL_CLOCK=0": ("uart0 without clock", False),
    "PERIPHERAL_CLOCK=(1<<11|1<<5)": ("", True),
    "PERIPHERAL_CLOCK=(1<<11|4<<5)": ("baud", True),
    "RELEASED=(1<<8|1<<12|1<<21|1<<22)": ("io_bank0 in reset", True),
    "RELEASED=(1<<5|1<<8|1<<21|1<<22)": ("pll_sys in reset", True),
    "RELEASED=(1<<5|1<<8|1<<12|1<<22)": ("timer in reset", True),
    "RELEASE_WAIT=0": ("uart0 in reset", True),
    "TICK=0": ("no tick", True),
    "TICK=(1<<9|6)": ("tick", True),
    "FUNCTION_OF_0=31": ("gpio0", True),
    "FUNCTION_OF_1=5": ("gpio1", True),
    "DIVIDER=76": ("baud", True),
    "DIVIDER=73": ("", True),
    "LINE=0x60": ("no queue", True),
    "LINE=0x50": ("frame", True),
    "LINE_LAST=0": ("baud", True),
    "UART_ON=0x101": ("uart off", True),
    "CHECK_FULL=0": ("send full", False),
    "EXTRA=REGISTER(0x1001C008)=0": ("write to flash", True),
    "EXTRA=REGISTER(0x20)=1": ("write to ROM", True),
    "EXTRA=REGISTER(0x4001C008)=0x16": ("input", True),
    "EXTRA=REGISTER(0x4001C004)=0x80": ("output", True),
    "EXTRA=REGISTER(0x40028008)=133": ("pll in use", True),
    "EXTRA=REGISTER(0x4000803C)=(1|3<<5),REGISTER(0x4000803C)=1": ("glitch", True),
    "EXTRA=REGISTER(0x18000014)=4": ("ssi on", True),
    "EXTRA=REGISTER(0x40024000)=0xFABAA1": ("crystal range", True),
    "EXTRA=(void)REGISTER(0x20000002)": (
        "RP2040: read from address 20000002, which is not 32 bit aligned",
        True,
    ),
    "EXTRA=REGISTER(0x20042000)=0": ("RP2040: Write to undefined address: 20042000", True),
    "EXTRA=((void(*)(void))0x1001)()": ("lost", False),
}

#: Of pico_usb.c.
ON_USB = {
    "USB_DIVIDER=0x200": ("clk_usb", True),
    "MUXING=1": ("usb muxing", True),
    "POWER=0": ("usb vbus", True),
    "EP0_EACH=0": ("usb silent", False),
    "EACH=0": ("", False),
    "AT_ONCE=1": ("available", True),
    "FULL=0": ("in not full", True),
    "OUT_LENGTH=32": ("usb overflow", True),
    "FIRST_TOGGLE=0": ("toggle in", True),
    "IN_TOGGLE=1": ("toggle data", False),
    "OUT_TOGGLE=1": ("toggle out", False),
    "EARLY_ADDRESS=1": ("usb silent", False),
    "FORGET_ADDRESS=0": ("usb silent", True),
    "STALL_ARM=0": ("stall, usb silent", False),
    "STALL=0": ("usb silent", False),
    "EMPTY_PACKETS=0": ("no short packet", False),
    "EMPTY_PACKETS=2": ("empty packets", False),
    "DEVICE_CLASS=0": ("descriptor: the device's class fits its interfaces", True),
    "TOTAL=66": ("descriptor: the configuration's parts end where it ends", False),
    "UNION_SLAVE=2": ("descriptor: the union joins interfaces 0 and 1", True),
    "TEXT_BYTES=12": ("descriptor: text", True),
    "TEXT_KIND=4": ("usb languages", True),
    "HEED_LENGTH=0": ("usb too much", True),
    "STATUS_BYTES=1": ("usb status", True),
    "OUT_FULL=(1<<15)": ("out full", True),
    "MORE_BYTES=1": ("usb length", False),
    "EACH=(1u<<29|1u<<30)": ("double", True),
    "KEEP_LINE=0": ("line coding", True),
}

#: Rules that tests break in other ways.
ELSEWHERE = {"boot2", "overrun", "no clk_peri"}
