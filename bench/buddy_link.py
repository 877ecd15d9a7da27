"""A buddy's phone joins as a person does it: the QR image on the screen in class is scanned."""

import cv2
import numpy as np
from playwright.sync_api import Browser, Page

PHONE = {"width": 360, "height": 640}


def scan(screen: Page) -> str:
    """Press the button on the kiosk page and read its QR image; the dialog is closed again."""
    screen.click("[data-action=buddy]")
    image = screen.locator("#buddy-qr path")
    image.wait_for()
    picture = cv2.imdecode(
        np.frombuffer(screen.locator("#buddy-link").screenshot(), np.uint8), cv2.IMREAD_COLOR
    )
    link, _, _ = cv2.QRCodeDetectorAruco().detectAndDecode(picture)
    screen.click("#buddy-close")
    return str(link)


def join(browser: Browser, link: str) -> Page:
    """Open the link on a phone, and say that one helps."""
    phone = browser.new_page(viewport=PHONE)
    phone.goto(link)
    phone.click("[data-action=begin]")
    phone.wait_for_selector("body[data-state=none]")
    return phone
