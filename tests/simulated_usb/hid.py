"""Stands in for the module `hid` (hidapi): one blink(1) whose reports go into a file.

The file is named by SIMULATED_BLINK1; while it is absent no light is plugged in.
"""

import os
from pathlib import Path

FILE = Path(os.environ["SIMULATED_BLINK1"])


def enumerate(vendor_id: int = 0, product_id: int = 0) -> list[dict[str, object]]:
    if not FILE.exists():
        return []
    return [
        {
            "path": b"/dev/hidraw9",
            "vendor_id": 0x27B8,
            "product_id": 0x01ED,
            "serial_number": "1",
            "manufacturer_string": "ThingM",
            "product_string": "blink(1) mk2",
            "release_number": 2,
            "usage": 1,
            "usage_page": 0xFF00,
            "interface_number": 0,
        }
    ]


class device:  # noqa: N801  hidapi's name
    def open_path(self, path: bytes) -> None:
        self.close()

    def close(self) -> None:
        pass

    def send_feature_report(self, report: bytes) -> int:
        if not FILE.exists():
            raise OSError("unplugged")
        with FILE.open("a") as file:
            file.write(bytes(report).hex() + "\n")
        return len(report)

    write = send_feature_report
