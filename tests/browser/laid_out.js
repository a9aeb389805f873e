// Says what lies on something else or leaves the page; nothing if all is well.
() => {
  const wide = document.documentElement.scrollWidth - innerWidth;
  const seen = (one) => {
    const box = one.getBoundingClientRect();
    return box.width > 1 && box.height > 1 && one.checkVisibility({ visibilityProperty: true }) && !one.closest(".unseen, .skip, canvas")
      && !(one.closest("thead") && getComputedStyle(one.closest("thead")).clipPath !== "none");
  };
  const words = "a, button, input:not([type=hidden]), select, textarea, label, legend, summary, h1, h2, h3, p, li, td, th, dt, dd, .badge, time, code";
  const asked = document.querySelector("dialog:modal") || document; // what lies behind it is to be covered
  const all = [...asked.querySelectorAll(words)].filter(seen);
  const leaves = all.filter((one) => !all.some((other) => other !== one && one.contains(other)));
  // A link that is broken into two lines has a box in each; of a paragraph only its words count.
  const rects = (one) => {
    if (!/^(P|H[1-3]|LI|D[TD]|LABEL|LEGEND)$/.test(one.tagName)) return one.getClientRects();
    const range = document.createRange();
    range.selectNodeContents(one);
    return range.getClientRects();
  };
  const boxes = leaves.flatMap((one) => [...rects(one)].map((box) => ({ one, box })));
  const name = ({ one }) => `${one.tagName.toLowerCase()} “${(one.innerText || one.id || one.name || "").slice(0, 30)}”`;
  const found = [];
  for (const [at, first] of boxes.entries()) {
    if (first.box.right > innerWidth + 1 || first.box.left < -1) found.push(`${name(first)} leaves the page`);
    for (const second of boxes.slice(at + 1)) {
      if (first.one === second.one) continue;
      const across = Math.min(first.box.right, second.box.right) - Math.max(first.box.left, second.box.left);
      const down = Math.min(first.box.bottom, second.box.bottom) - Math.max(first.box.top, second.box.top);
      if (across > 2 && down > 3) found.push(`${name(first)} lies on ${name(second)}`);
    }
  }
  const cards = [...asked.querySelectorAll(".card")].filter(seen).map((one) => ({ one, box: one.getBoundingClientRect() }));
  for (const first of cards) for (const second of cards) {
    if (first.one === second.one || first.one.contains(second.one) || second.one.contains(first.one)) continue;
    const beside = Math.min(first.box.right, second.box.right) - Math.max(first.box.left, second.box.left);
    const gap = second.box.top - first.box.bottom;
    if (beside > 2 && gap > -3 && gap < 4) found.push(`${name(first)} touches the card below it`);
  }
  if (wide > 0) found.push(`the page is ${wide} px wider than the window`);
  return found.slice(0, 5);
}
