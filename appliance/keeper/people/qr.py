"""Draw a text as a QR code."""

from io import BytesIO

import segno


def qr_svg(text: str) -> str:
    """Return an SVG element that a page can hold."""
    svg = BytesIO()
    segno.make(text, error="m", micro=False).save(
        svg, kind="svg", xmldecl=False, omitsize=True, border=4, svgclass=None, lineclass=None
    )
    return svg.getvalue().decode().strip()
