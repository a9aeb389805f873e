"use strict";
// Keeps the lines on the first page as they are: asks once a second, while somebody looks.
(() => {
  const cards = [...document.querySelectorAll("[data-line]")];
  const home = document.querySelector(".home");
  if (!home) return;
  const { lines: address, news: newsFrom } = home.dataset;
  const news = document.getElementById("news");
  const awayNote = document.getElementById("recorder-away");
  const silentNote = document.getElementById("panel-away");
  const EVERY = 1000;
  // Asking keeps a session alive, so a page that nobody touches stops asking and lets it end.
  const IDLE = 5 * 60 * 1000;
  let touched = Date.now();
  let timer = 0;

  const put = (card, part, text) => {
    const place = card.querySelector(`[data-part="${part}"]`);
    // Only a change is written: a live region reads every writing aloud.
    if (place && place.textContent !== text) place.textContent = text;
  };
  const show = (card, told) => {
    card.querySelector('[data-part="lamp"]').className = `lamp ${told.lamp}`;
    for (const part of ["name", "sentence", "about", "last", "since"]) put(card, part, told[part]);
    card.querySelector('[data-part="last-row"]').hidden = !told.last;
    card.querySelector('[data-part="since-row"]').hidden = !told.since;
    for (const button of card.querySelectorAll("[data-press]")) {
      button.hidden = !told.buttons.includes(button.dataset.press);
    }
  };
  // The simulated line takes one call at a time; a second one would ring when the first is over.
  const FREE = ["idle", "ended"];
  const UNSEEN = ["unknown", "fault"];
  const open = (card) => {
    const trial = card.nextElementSibling;
    if (!trial || !trial.matches(".trial")) return;
    const busy = !FREE.includes(card.dataset.state);
    for (const button of trial.querySelectorAll("button")) button.disabled = busy;
    const calling = busy && !UNSEEN.includes(card.dataset.state);
    trial.querySelector("[data-busy]").hidden = !calling;
    trial.querySelector("[data-free]").hidden = calling;
  };
  // A call that is over is counted and listed a moment later, when the keeper has taken it up.
  const LATER = [0, 1500, 4000];
  const QUIET = [...FREE, ...UNSEEN];
  const renew = async () => {
    const answer = await fetch(newsFrom, { credentials: "same-origin" });
    if (!answer.ok) return;
    const text = await answer.text();
    if (news.dataset.shown !== text) news.innerHTML = text;
    news.dataset.shown = text;
  };
  const ask = async () => {
    clearTimeout(timer);
    if (document.hidden || Date.now() - touched > IDLE) return;
    try {
      const answer = await fetch(address, { credentials: "same-origin" });
      if (answer.status === 401) { location.assign("/"); return; }
      if (answer.ok) {
        const told = await answer.json();
        awayNote.hidden = told.recorder;
        if (!cards.length && told.lines.length) { location.reload(); return; }
        for (const card of cards) {
          const found = told.lines.find((one) => one.line === card.dataset.line);
          const line = found || { ...told.unknown, state: "unknown" };
          if (QUIET.includes(line.state) && !QUIET.includes(card.dataset.state)) {
            for (const wait of LATER) setTimeout(renew, wait);
          }
          card.dataset.state = line.state;
          show(card, line);
          open(card);
        }
      }
      silentNote.hidden = answer.ok;
    } catch {
      silentNote.hidden = false;
    }
    timer = setTimeout(ask, EVERY);
  };
  const touch = () => {
    const rested = Date.now() - touched > IDLE;
    touched = Date.now();
    if (rested) ask();
  };
  for (const kind of ["pointermove", "keydown", "scroll", "touchstart"]) {
    addEventListener(kind, touch, { passive: true });
  }
  document.addEventListener("visibilitychange", () => { if (!document.hidden) { touch(); ask(); } });
  cards.forEach(open);
  timer = setTimeout(ask, EVERY);
})();
