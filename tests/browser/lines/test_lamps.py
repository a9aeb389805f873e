"""Draw every dot and every lamp in Chromium, and look at its colours over a whole wink."""

from pathlib import Path

import pytest

import web
from appliance.model.lamps import LampPattern, Light, lamp_pattern
from tests.browser.box import chromium
from tests.model.lamps import EVERY_LINE
from web.pages import live

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

STATIC = Path(str(web.__file__)).parent / "static"

SEEN = """
([moving, classes]) => {
  const dot = `<span class="${classes}"></span>`;
  document.body.innerHTML = `<div class="live ${moving ? "moving" : ""}">${dot}</div>`;
  const one = document.querySelector("span");
  const style = getComputedStyle(one);
  const running = one.getAnimations();
  for (const each of running) each.pause();
  const seen = new Set();
  const hue = (text) => {
    for (const [, r, g, b] of text.matchAll(/rgba?\\((\\d+), (\\d+), (\\d+)(?:, 1)?\\)/g)) {
      const [low, high] = [Math.min(r, g, b), Math.max(r, g, b)];
      if (high - low < 60) continue;
      seen.add(high == g ? "green" : g > 90 ? "amber" : "red");
    }
  };
  for (let at = 0; at < 5000; at += 50) {
    for (const each of running) each.currentTime = at;
    hue(style.backgroundColor + style.backgroundImage + style.boxShadow);
    if (one.classList.contains("hollow")) hue(style.borderTopColor);
  }
  return [...seen].sort();
}
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("moving", [True, False])
def test_no_dot_and_no_lamp_has_another_colour_than_its_signs(scheme: str, moving: bool) -> None:
    css = "".join((STATIC / name).read_text("utf-8") for name in ("panel.css", "live.css"))
    dots = {live.lamp(line): lamp_pattern((line,)) for line in EVERY_LINE}
    with chromium() as browser:
        page = browser.new_context(color_scheme=scheme).new_page()  # type: ignore[arg-type]
        page.set_content(f"<style>{css}</style><body></body>")
        for classes, pattern in dots.items():
            assert page.evaluate(SEEN, [moving, f"lamp {classes}"]) == lit(pattern), classes
        for lamp in ("green", "amber", "red"):
            for light in Light:
                wanted = [] if light is Light.OFF else [lamp]
                assert page.evaluate(SEEN, [moving, f"light {lamp} {light}"]) == wanted


def lit(pattern: LampPattern) -> list[str]:
    """Return the lamps that shine, however."""
    lights = {"green": pattern.green, "amber": pattern.amber, "red": pattern.red}
    return sorted(name for name, light in lights.items() if light is not Light.OFF)
