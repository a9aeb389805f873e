// Says what a window of 1280 × 1024 at 400 % zoom hides: bars that take much of it, and what has
// the focus but lies under something else.
() => {
  const found = [];
  const name = (one) => `${one.tagName.toLowerCase()} “${(one.innerText || one.id || one.name || "").slice(0, 30)}”`;
  const header = document.querySelector("header.top").getBoundingClientRect();
  if (header.height > 64) found.push(`the header is ${Math.round(header.height)} px high`);
  const bars = [...document.querySelectorAll("body *")].filter((one) => ["fixed", "sticky"].includes(getComputedStyle(one).position) && one.checkVisibility() && !one.matches(".skip, dialog, [popover]"));
  const high = bars.reduce((sum, one) => sum + one.getBoundingClientRect().height, 0);
  if (high > innerHeight / 3) found.push(`bars take ${Math.round(high)} px of the window: ${bars.map(name).join(", ")}`);
  const before = document.activeElement;
  for (const one of document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, audio")) {
    if (!one.checkVisibility({ visibilityProperty: true })) continue;
    one.focus();
    if (document.activeElement !== one) continue;
    const boxes = [...(one.closest("label") || one).getClientRects(), ...one.getClientRects()].filter((box) => box.width > 1 && box.height > 1);
    const inside = boxes.some((box) => {
      const x = Math.min(Math.max((box.left + box.right) / 2, 1), innerWidth - 2);
      const y = Math.min(Math.max((box.top + box.bottom) / 2, 1), innerHeight - 2);
      if (x < box.left || x > box.right || y < box.top || y > box.bottom) return false;
      const top = document.elementFromPoint(x, y);
      return top && (one.contains(top) || top.contains(one) || (one.closest("label") || one).contains(top));
    });
    if (!inside && boxes.length) found.push(`${name(one)} has the focus and cannot be seen`);
  }
  if (before && before !== document.body) before.focus(); else document.activeElement.blur();
  scrollTo(0, 0);
  return found.slice(0, 5);
}
