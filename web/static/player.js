"use strict";
// Draws the sound of a short call above its player, and lets marks and the drawing seek.
(() => {
  const audio = document.querySelector("audio[data-seconds]");
  if (!audio) return;
  const canvas = document.querySelector("[data-wave]");
  const seconds = Number(audio.dataset.seconds);
  const LONGEST = 600; // seconds; a longer call would fetch too much for a drawing
  let lanes = [];

  for (const button of document.querySelectorAll("[data-seek]")) {
    button.disabled = false;
    button.addEventListener("click", () => {
      audio.currentTime = Number(button.dataset.seek);
      audio.play();
    });
  }

  // A browser keeps what it has read; what was erased meanwhile must not be heard on.
  const CHECK = 5000;
  setInterval(async () => {
    if (audio.paused) return;
    const answer = await fetch(audio.src, { credentials: "same-origin", headers: { Range: "bytes=0-0" } });
    if (answer.ok) return;
    audio.pause();
    location.reload();
  }, CHECK);

  // The loudest sample of every column, channel by channel, from a WAV of 16-bit PCM.
  const columns = (buffer, count) => {
    const view = new DataView(buffer);
    const channels = view.getUint16(22, true);
    const frames = Math.floor((buffer.byteLength - 44) / 2 / channels);
    const samples = new Int16Array(buffer, 44, frames * channels);
    return Array.from({ length: channels }, (_, channel) => {
      const peaks = new Float32Array(count);
      for (let frame = 0; frame < frames; frame++) {
        const column = Math.floor((frame / frames) * count);
        const height = Math.abs(samples[frame * channels + channel]) / 32768;
        if (height > peaks[column]) peaks[column] = height;
      }
      return peaks;
    });
  };
  const draw = () => {
    if (!lanes.length) return;
    const style = getComputedStyle(document.documentElement);
    const pen = canvas.getContext("2d");
    const { width, height } = canvas;
    const played = audio.duration ? (audio.currentTime / audio.duration) * width : 0;
    const step = width / lanes[0].length;
    const lane = height / lanes.length;
    // One scale for both: who speaks softly is seen to speak softly.
    const top = Math.max(0.02, ...lanes.map((peaks) => Math.max(...peaks)));
    pen.clearRect(0, 0, width, height);
    lanes.forEach((peaks, index) => {
      pen.fillStyle = style.getPropertyValue(index ? "--near" : "--far");
      const middle = lane * (index + 0.5);
      peaks.forEach((peak, column) => {
        const x = column * step;
        const tall = Math.max(2, Math.sqrt(peak / top) * (lane - 12));
        pen.globalAlpha = x <= played ? 1 : 0.45;
        pen.fillRect(x, middle - tall / 2, Math.max(1, step - 2), tall);
      });
    });
    pen.globalAlpha = 1;
    pen.fillStyle = style.getPropertyValue("--ink");
    pen.fillRect(Math.min(played, width - 2), 0, 2, height);
  };
  let next = 0;
  const follow = () => {
    cancelAnimationFrame(next);
    draw();
    if (!audio.paused) next = requestAnimationFrame(follow);
  };
  const load = async () => {
    const answer = await fetch(audio.src, { credentials: "same-origin" });
    if (!answer.ok) return;
    lanes = columns(await answer.arrayBuffer(), Math.floor(canvas.width / 6));
    canvas.hidden = false;
    draw();
    for (const kind of ["play", "seeked", "timeupdate", "loadedmetadata"]) audio.addEventListener(kind, follow);
    canvas.addEventListener("click", (event) => {
      if (!audio.duration) return;
      const box = canvas.getBoundingClientRect();
      audio.currentTime = ((event.clientX - box.left) / box.width) * audio.duration;
    });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  };
  if (seconds <= LONGEST) load();
})();
