"use strict";
// Leads from mark to mark of a call's sound, by buttons and by two keys, and sets how fast it plays.
// The keys count inside the player alone, never in the browser's own player, which has keys of its own.
(() => {
  const audio = document.querySelector("audio[data-seconds]");
  if (!audio) return;
  const player = document.querySelector("#player");
  const speed = player.querySelector("[data-speed]");
  const places = [...player.querySelectorAll("[data-seek]")];
  const told = player.querySelector("[data-at-mark]");
  const JUST = 0.05; // seconds by which a browser may land beside a mark
  const AGAIN = 1; // seconds played behind a mark after which "previous" leads back to it

  // Its default, too: a sound that is loaded again goes on as fast.
  speed.addEventListener("change", () => {
    audio.defaultPlaybackRate = audio.playbackRate = Number(speed.value);
  });
  audio.addEventListener("ratechange", () => {
    const chosen = [...speed.options].find((one) => Number(one.value) === audio.playbackRate);
    if (chosen) speed.value = chosen.value;
  });

  const at = (place) => Number(place.dataset.seek);
  const say = (place) => {
    told.textContent = place ? `${places.indexOf(place) + 1}/${places.length} · ${place.parentElement.textContent.trim()}` : told.dataset.none;
  };
  const jump = (way) => {
    const now = audio.currentTime;
    const later = places.filter((place) => at(place) > now + JUST);
    const before = places.filter((place) => at(place) < now - (audio.paused ? JUST : AGAIN));
    const place = way > 0 ? later[0] : before.at(-1);
    if (place) audio.currentTime = at(place);
    say(place);
  };
  for (const button of player.querySelectorAll("[data-jump]"))
    button.addEventListener("click", () => jump(Number(button.dataset.jump)));
  for (const place of places) place.addEventListener("click", () => say(place));
  const KEYS = { n: 1, p: -1 };
  player.addEventListener("keydown", (event) => {
    const way = KEYS[event.key.toLowerCase()];
    if (!way || !places.length || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target === audio || event.target === speed) return;
    event.preventDefault();
    jump(way);
  });
  player.querySelector("[data-player]").hidden = false;
})();
