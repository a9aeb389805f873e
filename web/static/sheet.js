"use strict";
// Spreads a pasted recovery sheet over the fields of its groups.
(() => {
  const LETTERS = 5;
  for (const sheet of document.querySelectorAll("[data-sheet]")) {
    const fields = [...sheet.querySelectorAll("input")];
    sheet.addEventListener("paste", (event) => {
      const first = fields.indexOf(event.target);
      const body = event.clipboardData.getData("text").trim().replace(/^ZGODA1:/i, "").replace(/[\s-]+/g, "");
      if (first < 0 || body.length <= LETTERS || body.length > LETTERS * (fields.length - first)) return;
      event.preventDefault();
      for (let at = 0; at * LETTERS < body.length; at += 1) {
        fields[first + at].value = body.slice(at * LETTERS, (at + 1) * LETTERS);
      }
      fields[first + Math.ceil(body.length / LETTERS) - 1].focus();
    });
  }
})();
