"use strict";
// The keeper ends a session that is idle or twelve hours old; what it showed must not stay on the
// screen. A minute before, the page says so and lets one stay. Moving about counts as being there.
const WARN = 60;
const AGAIN = 10; // seconds: how often it looks while it warns
const told = document.getElementById("idle");
if (told) {
  const ticket = document.querySelector("form.me input[name=csrf_token]").value;
  const count = told.querySelector("[data-count]");
  let due = 0; // performance.now() of the end, as far as the page knows
  let timer = 0;
  let ticking = 0;
  let asked = performance.now();
  let seen = false;
  // What was typed is kept by the panel, in memory, until its owner has logged in again.
  let typed = null;
  addEventListener("input", (event) => { if (event.target.form) typed = event.target.form; });
  addEventListener("submit", () => { typed = null; });
  const secret = (field) => ["password", "hidden", "file", "submit", "button"].includes(field.type) || field.classList.contains("code");
  const chosen = (field) => !["checkbox", "radio"].includes(field.type) || field.checked;
  const keep = async (form) => {
    const body = new URLSearchParams({ csrf_token: ticket, page: document.body.dataset.here, action: new URL(form.action).pathname });
    for (const field of form.elements) {
      if (field.name && !secret(field) && chosen(field)) body.append(`field:${field.name}`, field.value);
    }
    await fetch("/kept-form", { method: "POST", body, credentials: "same-origin", signal: inTime() }).catch(() => {});
  };
  let leaving = false;
  const leave = async () => {
    if (leaving) return;
    leaving = true;
    document.querySelector("main").hidden = true; // nothing stays on the screen meanwhile
    if (typed) await keep(typed);
    location.replace(document.body.dataset.here || "/");
  };
  const listening = () => [...document.querySelectorAll("audio")].some((audio) => !audio.paused);
  const plan = (left) => {
    due = performance.now() + left * 1000;
    clearTimeout(timer);
    timer = setTimeout(look, (left > WARN ? left - WARN : AGAIN) * 1000);
  };
  const ask = async (path, options) => {
    const answer = await fetch(path, { credentials: "same-origin", headers: { Accept: "application/json" }, signal: inTime(), ...options });
    if (answer.status === 401) leave();
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  };
  const stay = async () => {
    asked = performance.now();
    const body = new URLSearchParams({ csrf_token: ticket });
    const now = await ask("/me/stay", { method: "POST", body });
    plan(Math.min(now.left, now.ends));
    return now;
  };
  // Only the keeper knows that a session has ended; a page that loads itself would keep it awake.
  let asking = false;
  const over = async () => {
    if (asking) return;
    asking = true;
    document.querySelector("main").hidden = true; // until it is known
    try {
      const now = await ask("/me/session.json"); // 401 leaves
      plan(Math.max(1, Math.min(now.left, now.ends)));
      document.querySelector("main").hidden = leaving;
    } catch {
      leave(); // nobody answers: the page must not stay
    }
    asking = false;
  };
  const tick = () => {
    const left = Math.ceil((due - performance.now()) / 1000);
    if (left <= 0) over();
    count.textContent = String(Math.max(left, 0));
  };
  const warn = (for_good) => {
    told.classList.toggle("for-good", for_good);
    if (!told.open) told.showModal();
    clearInterval(ticking);
    ticking = setInterval(tick, 1000);
    tick();
  };
  const quiet = () => {
    clearInterval(ticking);
    if (told.open) told.close();
  };
  // Another tab may have kept the session awake: the keeper knows.
  async function look() {
    try {
      const now = listening() ? await stay() : await ask("/me/session.json");
      const left = Math.min(now.left, now.ends);
      plan(left);
      if (left > WARN + 1) quiet();
      else if (!seen) warn(now.ends <= now.left);
      if (now.ends <= WARN + 1) seen = true; // said once; nothing can be done about it
    } catch {
      warn(false); // nobody answers: the page still must not stay
    }
  }
  const moved = () => {
    if (!told.open && performance.now() - asked > WARN * 1000) stay().catch(() => {});
  };
  for (const kind of ["pointerdown", "keydown", "scroll"]) addEventListener(kind, moved, { passive: true });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });
  told.querySelector("[data-stay]").addEventListener("click", () => stay().then(quiet, leave));
  told.querySelector("[data-close]").addEventListener("click", () => told.close());
  told.addEventListener("cancel", (event) => event.preventDefault());
  plan(Number(document.body.dataset.idle));
}
