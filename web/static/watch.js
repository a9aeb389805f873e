"use strict";
// Keeps a watched line as it is. What is old is not shown.
(() => {
  const watched = document.querySelector(".watched");
  if (!watched) return;
  const awayNote = document.getElementById("recorder-away");
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
    return told.recorder;
  };

  window.follow({
    events: watched.dataset.events,
    now: watched.dataset.now,
    take: show,
    forget: () => { watched.hidden = true; },
  });
})();
