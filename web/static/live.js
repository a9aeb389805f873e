"use strict";
// Keeps the lines on the first page as they are, with their clocks, meters and buttons.
(() => {
  const live = document.querySelector(".live");
  if (!live) return;
  const cards = new Map([...live.querySelectorAll("[data-line]")].map((card) => [card.dataset.line, card]));
  const awayNote = document.getElementById("recorder-away");
  const part = (within, name) => within.querySelector(`[data-part="${name}"]`);
  const put = (within, name, text) => {
    const place = part(within, name);
    // Only a change is written: a live region reads every writing aloud.
    if (place && place.textContent !== text) place.textContent = text;
  };

  // One question after the other: an older answer never takes the place of a newer one. Whoever
  // wants to know meanwhile is answered by one more question.
  const oneByOne = (question) => {
    let [asking, more] = [false, false];
    return async () => {
      more = true;
      if (asking) return;
      asking = true;
      while (more) {
        more = false;
        try { await question(); } catch { /* nobody answered: it is asked again by and by */ }
      }
      asking = false;
    };
  };

  // What is told to be fixed is looked at again: once it is fixed it goes by itself, and the badge with it.
  const LOOK_AGAIN = 6000; // the keeper examines the device anew after five seconds, or when a lamp changes
  const amiss = document.getElementById("amiss");
  const lookAgain = oneByOne(async () => {
    if (!amiss?.firstElementChild || document.hidden) return;
    const answer = await fetch(live.dataset.amiss, { credentials: "same-origin", signal: inTime() });
    if (!answer.ok || answer.redirected) return;
    const text = (await answer.text()).trim();
    if (amiss.dataset.shown === text || amiss.contains(document.activeElement)) return;
    amiss.innerHTML = amiss.dataset.shown = text;
    const left = amiss.querySelector("[data-fail]");
    const badge = document.querySelector("header .count");
    if (left && badge) badge.textContent = left.dataset.fail;
    else badge?.remove();
  });
  setInterval(lookAgain, LOOK_AGAIN);

  // That a simulated call was placed holds until it is answered, and for no later look at the page.
  const called = document.querySelector("[data-called]");
  if (called) history.replaceState(null, "", location.pathname);

  // -- the state of each line -------------------------------------------------------------------

  const FREE = ["idle", "ended"];
  const UNSEEN = ["unknown", "fault"];
  const QUIET = [...FREE, ...UNSEEN];
  const UNMEASURED = ["ringing", "paused", "retryable"];
  let unseen = JSON.parse(live.dataset.unknown); // of a line that nobody can tell anything about
  const began = new Map(); // card -> when state and call began, by the page's own clock
  const heardAt = new Map(); // card -> when its last level came, and what it was

  const show = (card, told, now) => {
    const here = (at) => (at ? performance.now() - (now - at) * 1000 : 0);
    part(card, "lamp").className = `lamp ${told.lamp}`;
    for (const name of ["name", "sentence", "about", "last", "since", "who", "number", "way", "began", "badge"]) put(card, name, told[name]);
    part(card, "last-row").hidden = !told.last;
    part(card, "since-row").hidden = !told.since;
    part(card, "on").hidden = !told.on;
    if (!told.on || UNMEASURED.includes(told.state)) heardAt.delete(card);
    for (const button of card.querySelectorAll("[data-press]")) {
      button.hidden = !told.buttons.includes(button.dataset.press);
      button.disabled = false;
    }
    began.set(card, { state: told.call_at ? here(told.at) : 0, call: here(told.call_at) });
    card.dataset.state = told.state;
  };
  const front = (told) => {
    if (part(live, "front").textContent !== told.text) lookAgain();
    for (const light of live.querySelectorAll("[data-light]")) {
      light.className = `light ${light.dataset.light} ${told[light.dataset.light]}`;
    }
    put(live, "front", told.text);
  };
  const state = (told) => {
    // Another start of the panel, or another set of lines: the page itself is out of date.
    const names = told.lines.map((line) => line.line);
    const other = told.recorder && (names.length !== cards.size || !names.every((name) => cards.has(name)));
    if (told.panel !== live.dataset.panel || other) return location.reload();
    unseen = told.unknown;
    awayNote.hidden = told.recorder;
    front(told.front);
    for (const [name, card] of cards) {
      const line = told.lines.find((one) => one.line === name) || told.unknown;
      show(card, line, told.now);
    }
    if (told.lines.some((line) => ![...QUIET, "ringing"].includes(line.state))) called?.remove();
    takenUp = told.taken_up;
    open();
    tick();
  };

  // -- clocks -----------------------------------------------------------------------------------

  const lasted = (since) => {
    if (!since) return "";
    const all = Math.max(0, Math.floor((performance.now() - since) / 1000));
    const [hours, minutes, seconds] = [Math.floor(all / 3600), Math.floor(all / 60) % 60, all % 60];
    const two = (figure) => String(figure).padStart(2, "0");
    return hours ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
  };
  const tick = () => {
    for (const [card, since] of began) {
      put(card, "state-clock", lasted(since.state));
      put(card, "call-clock", lasted(since.call));
    }
    for (const card of cards.values()) tellLevel(card);
    renew();
  };

  // -- level meters -----------------------------------------------------------------------------

  const [LOWEST, HIGHEST] = [-60, 3];
  const SILENT_AFTER = 1500;
  const levels = (told) => {
    for (const [name, dbm0] of Object.entries(told)) {
      const card = cards.get(name);
      if (!card) continue;
      heardAt.set(card, { at: performance.now(), dbm0 });
      card.querySelector(".meter").classList.remove("silent");
      if (!still) bar(card, dbm0);
    }
  };
  const bar = (card, dbm0) => {
    const part_ = (Math.min(HIGHEST, Math.max(LOWEST, dbm0)) - LOWEST) / (HIGHEST - LOWEST);
    part(card, "bar").style.setProperty("--level", part_.toFixed(3));
  };
  // An office knows no dBm0: telephone speech lies around -18, its soft and loud ends 12 dB away.
  const SOFT = -30;
  const LOUD = -6;
  // Figures that change five times a second cannot be read, and must not be read aloud.
  const tellLevel = (card) => {
    const meter = card.querySelector(".meter");
    const heard = heardAt.get(card);
    const silent = !heard || performance.now() - heard.at > SILENT_AFTER;
    meter.classList.toggle("silent", silent);
    if (silent) return bar(card, LOWEST);
    const shown = Math.round(Math.min(HIGHEST, Math.max(LOWEST, heard.dbm0)));
    const said = meter.dataset[shown < SOFT ? "quiet" : shown > LOUD ? "loud" : "normal"];
    put(card, "level", said);
    meter.setAttribute("aria-valuenow", shown);
    meter.setAttribute("aria-valuetext", said);
    if (still) bar(card, heard.dbm0);
  };

  // -- what moves can be held still -------------------------------------------------------------

  const keepStill = live.querySelector("[data-still]");
  let still = localStorage.getItem("still") === "yes" || matchMedia("(prefers-reduced-motion: reduce)").matches;
  const settle = () => {
    live.classList.toggle("moving", !still);
    keepStill.setAttribute("aria-pressed", String(still));
  };
  keepStill.hidden = false;
  keepStill.addEventListener("click", () => {
    still = !still;
    localStorage.setItem("still", still ? "yes" : "no");
    settle();
  });

  // -- trial calls, and what became of them -----------------------------------------------------

  const trial = live.querySelector(".trial");
  const open = () => {
    if (!trial) return;
    // A simulated line takes one call at a time; a second one would ring when the first is over.
    const card = cards.get(trial.querySelector("[name=line]").value);
    const busy = !card || !FREE.includes(card.dataset.state);
    for (const button of trial.querySelectorAll("button")) button.disabled = busy;
    const calling = busy && card && !UNSEEN.includes(card.dataset.state);
    trial.querySelector("[data-busy]").hidden = !calling;
    trial.querySelector("[data-free]").hidden = calling;
  };
  if (trial) {
    trial.addEventListener("change", open);
    // The answer comes with a new page; until then a second click places nothing, and is told.
    trial.addEventListener("submit", () => setTimeout(() => {
      for (const button of trial.querySelectorAll("button")) button.disabled = true;
      trial.querySelector("[data-busy]").hidden = false;
      trial.querySelector("[data-free]").hidden = true;
    }));
  }

  // The archive service says how many calls it has taken up: one that is over is taken up a moment
  // later, or much later.
  // That question keeps a session awake, so a page that nobody touches leaves it for later.
  const IDLE = 5 * 60 * 1000;
  const ONCE_MORE = 3000; // after a question that nobody answered
  let touched = performance.now();
  let takenUp = Number(live.dataset.takenUp); // as was told last
  let renewed = takenUp; // as it was when what is shown was asked for
  let asked = -Infinity;
  let text = "";
  const renew = oneByOne(async () => {
    const now = performance.now();
    if (renewed === takenUp || now - touched > IDLE || now - asked < ONCE_MORE) return;
    const wanted = takenUp;
    asked = now;
    const answer = await fetch(live.dataset.news, { credentials: "same-origin", signal: inTime() });
    if (!answer.ok) return;
    const fresh = await answer.text();
    [renewed, asked] = [wanted, -Infinity];
    if (text === fresh) return;
    text = fresh;
    const parts = new DOMParser().parseFromString(text, "text/html").querySelectorAll("[data-place]");
    for (const each of parts) {
      const place = document.getElementById(each.dataset.place); // a page need not have each
      if (place) place.innerHTML = each.innerHTML;
    }
  });
  for (const kind of ["pointermove", "keydown", "scroll", "touchstart"]) {
    addEventListener(kind, () => { touched = performance.now(); renew(); }, { passive: true });
  }

  // -- buttons ----------------------------------------------------------------------------------

  for (const form of live.querySelectorAll("form.press")) {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const mistake = part(form.parentElement, "mistake");
      const body = new URLSearchParams(new FormData(form, event.submitter));
      event.submitter.disabled = true; // until the line says what became of it
      const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } }).catch(() => null);
      mistake.hidden = Boolean(answer && answer.ok);
      if (answer && answer.status === 401) location.assign("/");
      setTimeout(() => { event.submitter.disabled = false; }, 1000);
    });
  }

  // -- the way to the box -----------------------------------------------------------------------

  // What was shown may be untrue by now: no lamp, clock or button stays as it was.
  const forget = () => {
    for (const card of cards.values()) show(card, unseen, 0);
    for (const light of live.querySelectorAll("[data-light]")) light.className = `light ${light.dataset.light} off`;
    put(live, "front", live.dataset.dark);
    tick();
  };
  setInterval(tick, 1000);
  settle();
  open();
  window.follow({
    events: live.dataset.events,
    now: live.dataset.lines,
    take: (told) => (told.levels ? levels(told.levels) : state(told)),
    forget,
  });
})();
