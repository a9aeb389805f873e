"use strict";
// What every page needs: print buttons work only where scripts do, so scripts show them.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
// A form is sent once; a second click while the box works would do it twice.
for (const form of document.querySelectorAll("form.form, form.callers")) {
  let sent = false;
  form.addEventListener("submit", (event) => {
    if (sent) event.preventDefault();
    sent = true;
  });
  window.addEventListener("pageshow", () => { sent = false; });
}
