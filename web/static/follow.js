"use strict";
// Keeps a page as the box is: told as it happens by a stream, and by asking once a second where
// the box has no room for one more stream.
//   events, now  the addresses of the stream and of the question
//   deaf         ms without a word or a beat, after which a stream that is open is asked for again
//   take(told)   shows what was told; returns false where there is no stream to listen to yet
//   forget()     takes away what may be untrue by now: nothing has been heard for a while
window.follow = ({ events, now, deaf, take, forget }) => {
  const SILENCE = 2500;
  const FULL_WAIT = 30 * 1000; // before a stream is asked for again where there was no room
  let source = null;
  let lastHeard = performance.now();
  let tryAgain = 0;
  let complaint = 0;
  const silentNote = document.getElementById("panel-away");

  const heard = () => {
    lastHeard = performance.now();
    clearTimeout(complaint);
    complaint = 0;
    silentNote.hidden = true;
  };
  const fallSilent = () => { silentNote.hidden = false; forget(); };
  const complain = () => { complaint = complaint || setTimeout(fallSilent, SILENCE); };
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
    const answer = await fetch(now, { credentials: "same-origin", signal: inTime() }).catch(() => null);
    if (source || document.hidden) return;
    if (answer && answer.status === 401) return location.assign("/");
    if (answer && answer.status === 404) return location.reload();
    const told = answer && answer.ok ? await answer.json().catch(() => null) : null; // or cut in the middle
    if (source || document.hidden) return;
    if (told) {
      heard();
      if (take(told) !== false && performance.now() >= tryAgain) {
        tryAgain = performance.now() + FULL_WAIT;
        return listen();
      }
    } else {
      complain();
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
    if (source && performance.now() - lastHeard > deaf) { complain(); lastHeard = performance.now(); listen(); }
  }, 1000);
  addEventListener("pagehide", close);
  if (!document.hidden) listen();
};
