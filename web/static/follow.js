"use strict";
// Keeps a page as the box is: told as it happens by a stream, and by asking once a second where
// the box has no room for one more stream.
//   events, now  the addresses of the stream and of the question
//   take(told)   shows what was told; returns false where there is no stream to listen to yet
//   forget()     takes away what may be untrue by now: nothing has been heard for a while
// Whatever stands still, panel or archive service, is said within five seconds.
window.follow = ({ events, now, take, forget }) => {
  const DEAF = 4000; // a stream tells something or beats every second
  const SILENCE = 2500; // a panel that starts again is back by then
  const FULL_WAIT = 30 * 1000; // before a stream is asked for again where there was no room
  let source = null;
  let lastHeard = performance.now();
  let tryAgain = 0;
  let complaint = 0;
  const notes = ["panel", "keeper"].map((part) => document.getElementById(`${part}-away`));
  const asking = document.getElementById("asking-once-a-second");

  const heard = () => {
    asking.hidden = true;
    lastHeard = performance.now();
    clearTimeout(complaint);
    complaint = 0;
    for (const note of notes) note.hidden = true;
  };
  const fallSilent = (part) => {
    for (const note of notes) note.hidden = note.id !== `${part}-away`;
    forget();
  };
  const complain = () => { complaint = complaint || setTimeout(fallSilent, SILENCE, "panel"); };
  const keeperAway = () => {
    clearTimeout(complaint);
    complaint = 0;
    fallSilent("keeper");
  };
  const close = () => { if (source) source.close(); source = null; };
  const listen = () => {
    close();
    const mine = new EventSource(events);
    source = mine;
    mine.onopen = heard;
    mine.addEventListener("beat", heard);
    mine.addEventListener("end", (event) => {
      if (event.data === "not_logged_in") return location.assign("/");
      if (event.data === "not_found") return location.reload();
      close();
      if (event.data === "away") keeperAway();
      ask();
    });
    mine.onmessage = (event) => { heard(); take(JSON.parse(event.data)); };
    mine.onerror = () => {
      complain();
      // Turned away for good: the keeper is away, or there is no room. Otherwise the browser asks again.
      if (mine.readyState === EventSource.CLOSED && source === mine) { close(); ask(); }
    };
  };
  const ask = async () => {
    const answer = await fetch(now, { credentials: "same-origin", signal: inTime(DEAF) }).catch(() => null);
    if (source || document.hidden) return;
    if (answer && answer.status === 401) return location.assign("/");
    if (answer && answer.status === 404) return location.reload();
    const said = answer ? await answer.json().catch(() => null) : null; // or cut in the middle
    const told = answer && answer.ok ? said : null;
    if (source || document.hidden) return;
    if (told) {
      heard();
      const streams = take(told) !== false;
      if (streams && performance.now() >= tryAgain) {
        tryAgain = performance.now() + FULL_WAIT;
        return listen();
      }
      asking.hidden = !streams; // it was turned away
    } else {
      if (said?.code === "away") keeperAway();
      else complain();
      tryAgain = 0; // it was away, so it may have room when it is back
    }
    setTimeout(ask, 1000);
  };
  // A page that nobody sees takes nobody's place, and costs the box nothing.
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) close();
    else if (!source) listen();
  });
  setInterval(() => {
    if (!source || performance.now() - lastHeard <= DEAF) return;
    fallSilent("panel");
    lastHeard = performance.now();
    listen();
  }, 500);
  addEventListener("pagehide", close);
  if (!document.hidden) listen();
};
