"use strict";
// What every page needs: print buttons work only where scripts do, so scripts show them.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
// A box whose cable was pulled says nothing, not even that: after a while no answer is one.
const PATIENCE = 15 * 1000;
const inTime = (patience = PATIENCE) => {
  const question = new AbortController();
  setTimeout(() => question.abort(), patience);
  return question.signal;
};
// What is not final looks again by itself, also after the box did not answer: it restarts, perhaps.
const again = async (article) => {
  try {
    const answer = await fetch(location.href, { credentials: "same-origin", signal: inTime() });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("article[data-state]");
    if (answer.ok && fresh?.dataset.state !== article.dataset.state) {
      location.reload();
      return;
    }
  } catch { /* it is asked again */ }
  setTimeout(again, 3000, article);
};
for (const article of document.querySelectorAll("article[data-again]")) setTimeout(again, 3000, article);
// A form is sent once; a second click while the box works would do it twice.
for (const form of document.querySelectorAll("form.form, form.callers")) {
  let sent = false;
  form.addEventListener("submit", (event) => {
    if (sent) event.preventDefault();
    sent = true;
  });
  window.addEventListener("pageshow", () => { sent = false; });
}
// A button whose work takes long says so beside it.
for (const button of document.querySelectorAll("[data-wait]")) {
  const status = button.parentElement.querySelector("[role=status]");
  button.form.addEventListener("submit", (event) => {
    if (event.submitter === button) status.textContent = button.dataset.wait;
  });
  window.addEventListener("pageshow", () => { status.textContent = ""; });
}
// What a page shows once, such as a QR code, stays while its form is answered with a mistake.
for (const form of document.querySelectorAll("form[data-keep]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const body = new URLSearchParams(new FormData(form));
    const answer = await fetch(form.action, { method: "POST", body, credentials: "same-origin" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const told = page.getElementById(form.dataset.keep);
    if (answer.ok || !told) { location.assign(answer.url); return; }
    const place = document.getElementById(form.dataset.keep);
    place.textContent = told.textContent;
    place.hidden = false;
    const field = form.querySelector("input:not([type=hidden])");
    field.setAttribute("aria-invalid", "true");
    field.setAttribute("aria-describedby", place.id);
    field.select();
  });
}
// A choice that belongs to one of several ways chooses that way.
for (const field of document.querySelectorAll("[data-implies]")) {
  field.addEventListener("change", () => { document.getElementById(field.dataset.implies).checked = true; });
}
// A form that somebody was typing when the session ended comes back filled in.
const kept = document.getElementById("kept-form");
const fields = kept ? JSON.parse(kept.dataset.fields) : [];
const values = (name) => fields.filter(([field]) => field === name).map(([, value]) => value);
// Several forms of a page may lead to one address: hidden fields and buttons tell which was sent.
const agrees = (form, type) => {
  const there = [...form.elements].filter((field) => field.name && field.type === type);
  return there.every(({ name }) => !values(name).length || there.some((field) => field.name === name && values(name).includes(field.value)));
};
const same = kept ? [...document.forms].filter((form) => new URL(form.action).pathname === kept.dataset.action && agrees(form, "submit")) : [];
const again_in = same.find((form) => agrees(form, "hidden")) ?? (same.length === 1 ? same[0] : null);
if (again_in) {
  let filled = false;
  for (const field of again_in.elements) {
    if (!field.name || ["hidden", "password", "file", "submit", "button"].includes(field.type)) continue;
    const told = values(field.name);
    filled ||= told.length > 0;
    if (["checkbox", "radio"].includes(field.type)) field.checked = told.includes(field.value);
    else if (told.length) field.value = told[0];
    const folded = field.closest("details");
    if (folded && told.length) folded.open = true;
  }
  document.getElementById("kept-note").hidden = !filled;
}
