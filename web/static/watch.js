"use strict";
// Keeps a watched line as it is: told by the box as it happens, and asking itself once a second
// where the box has no room for one more stream. What is old is not shown.
(() => {
  const watched = document.querySelector(".watched");
  if (!watched) return;
  const awayNote = document.getElementById("recorder-away");
  const silentNote = document.getElementById("panel-away");
  const places = new Map([...watched.querySelectorAll("[data-part]")].map((place) => [place.dataset.part, place]));
  const shown = new Map();

  const show = (told) => {
    awayNote.hidden = told.recorder;
    watched.hidden = !told.recorder;
    for (const [name, html] of Object.entries(told.parts || {})) {
      const place = places.get(name);
      // Only a change is written: a live region reads every writing aloud.
      if (!place || shown.get(name) === html) continue;
      const focused = place.contains(document.activeElement) ? document.activeElement.id : "";
      place.innerHTML = html;
      shown.set(name, html);
      if (focused) document.getElementById(focused)?.focus();
    }
  };

  const SILENCE = 2500;
  const DEAF_AFTER = 5000; // a line is told twice a second, or a beat comes
  const FULL_WAIT = 30 * 1000; // before a stream is asked for again where there was no room
  let source = null;
  let lastHeard = performance.now();
  let tryAgain = 0;
  let complaint = 0;

  const heard = () => {
    lastHeard = performance.now();
    clearTimeout(complaint);
    complaint = 0;
    silentNote.hidden = true;
  };
  const forget = () => {
    silentNote.hidden = false;
    watched.hidden = true;
  };
  const complain = () => { complaint = complaint || setTimeout(forget, SILENCE); };
  const close = () => { if (source) source.close(); source = null; };
  const listen = () => {
    close();
    const mine = new EventSource(watched.dataset.events);
    source = mine;
    mine.onopen = heard;
    mine.addEventListener("beat", heard);
    mine.addEventListener("end", (event) => {
      if (event.data === "not_logged_in") return location.assign("/");
      if (event.data === "not_found") return location.reload();
      close();
      if (event.data === "failed") show({ recorder: false });
      ask();
    });
    mine.onmessage = (event) => { heard(); show(JSON.parse(event.data)); };
    mine.onerror = () => {
      complain();
      // Turned away for good: the keeper is away, or there is no room. Otherwise the browser asks again.
      if (mine.readyState === EventSource.CLOSED && source === mine) { close(); ask(); }
    };
  };
  const ask = async () => {
    const answer = await fetch(watched.dataset.now, { credentials: "same-origin" }).catch(() => null);
    if (source || document.hidden) return;
    if (answer && answer.status === 401) return location.assign("/");
    if (answer && answer.status === 404) return location.reload();
    if (answer && answer.ok) {
      heard();
      const told = await answer.json();
      show(told);
      if (told.recorder && performance.now() >= tryAgain) {
        tryAgain = performance.now() + FULL_WAIT;
        return listen();
      }
    } else {
      complain();
      tryAgain = 0; // it was away, so it may have room when it is back
    }
    setTimeout(ask, 1000);
  };
  // A page that nobody sees takes nobody's place, and costs the line nothing.
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) close();
    else if (!source) listen();
  });
  setInterval(() => {
    if (source && performance.now() - lastHeard > DEAF_AFTER) { complain(); lastHeard = performance.now(); listen(); }
  }, 1000);
  addEventListener("pagehide", close);
  if (!document.hidden) listen();
})();
