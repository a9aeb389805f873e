"use strict";
// Two forms ask for the list of calls. What was typed in one and not sent yet goes with the other:
// words by POST alone, so that no address holds them.
const typed = document.querySelector("form[data-typed]");
const filters = document.querySelector("form[data-filters]");
if (typed && filters) {
  const words = typed.elements.text;
  const carry = () => {
    for (const one of typed.querySelectorAll("input[type=hidden]")) {
      if (one.name !== "csrf_token" && one.name in filters.elements) one.value = filters.elements[one.name].value;
    }
  };
  typed.addEventListener("submit", carry);
  filters.addEventListener("submit", (event) => {
    if (words.value !== words.defaultValue) {
      event.preventDefault();
      typed.requestSubmit();
      return;
    }
    for (const one of filters.elements) one.disabled = !one.value && one.tagName !== "BUTTON"; // no empty filter in the address
  });
  window.addEventListener("pageshow", () => {
    for (const one of filters.elements) one.disabled = false;
  });
}
// Choosing in a list: all rows of the page at once, and how many are chosen.
for (const form of document.querySelectorAll("[data-choice]")) {
  const all = form.querySelector("[data-all] input");
  const rows = [...form.querySelectorAll("input[name=recording]")];
  const buttons = [...form.querySelectorAll("button")];
  form.querySelector("[data-all]").hidden = false;
  const told = () => {
    const chosen = rows.filter((row) => row.checked).length;
    all.checked = chosen === rows.length;
    all.indeterminate = chosen > 0 && !all.checked;
    for (const button of buttons) button.disabled = chosen === 0;
  };
  all.addEventListener("change", () => {
    for (const row of rows) row.checked = all.checked;
    told();
  });
  for (const row of rows) row.addEventListener("change", told);
  form.addEventListener("keydown", (event) => {
    // Enter on a choice means no button; without scripts it means the first, which only asks.
    if (event.key === "Enter" && event.target.matches("input")) event.preventDefault();
  });
  window.addEventListener("pageshow", told);
  told();
}
