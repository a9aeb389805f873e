"use strict";
// Draws a call's sound above its player, and lets marks and the drawing seek, by mouse and keyboard.
// The sound comes in pieces: there is no address that gives it as a file.
(() => {
  const audio = document.querySelector("audio[data-seconds]");
  if (!audio) return;
  const canvas = document.querySelector("[data-wave]");
  const seconds = Number(audio.dataset.seconds);
  const HEAD = 44; // bytes before the samples
  const PIECE = 256 * 1024; // bytes that one answer holds at most
  const MOST = 120; // seconds; a longer sound is drawn from samples of it: the rest of what is given at once is the player's
  const SAMPLE = 0.25; // seconds of each sample
  const RATE = 8000;
  const marks = [...document.querySelectorAll("#player [data-seek]")].map((one) => Number(one.dataset.seek));
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

  const piece = async (start, length) => {
    const headers = { Range: `bytes=${start}-${start + length - 1}` };
    const answer = await fetch(audio.src, { credentials: "same-origin", headers });
    if (!answer.ok) throw new Error("no sound");
    const total = Number(answer.headers.get("Content-Range").split("/")[1]);
    return { bytes: await answer.arrayBuffer(), total };
  };
  const samples = (bytes) => new Int16Array(bytes, 0, Math.floor(bytes.byteLength / 2));
  // The loudest sample of every column, channel by channel, from a WAV of 16-bit PCM.
  const columns = async (count) => {
    const { bytes, total } = await piece(0, HEAD);
    const channels = new DataView(bytes).getUint16(22, true);
    const width = 2 * channels;
    const frames = Math.floor((total - HEAD) / width);
    const peaks = Array.from({ length: channels }, () => new Float32Array(count));
    const read = async (first, some) => {
      const sound = samples((await piece(HEAD + first * width, some * width)).bytes);
      for (let at = 0; at < sound.length; at++) {
        const column = Math.min(count - 1, Math.floor(((first + Math.floor(at / channels)) / frames) * count));
        const height = Math.abs(sound[at]) / 32768;
        if (height > peaks[at % channels][column]) peaks[at % channels][column] = height;
      }
      return sound.length / channels;
    };
    const sampled = frames > MOST * RATE;
    const most = sampled ? SAMPLE * RATE : Math.floor(PIECE / width);
    const step = Math.ceil(frames / count);
    for (let first = 0; first < frames; ) {
      const got = await read(first, Math.min(most, frames - first)); // less than asked for, where a piece came before its time
      first += sampled ? step : got;
    }
    document.querySelector("[data-sampled]").hidden = !sampled;
    return peaks;
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
    drawMarks(pen, style);
    pen.fillStyle = style.getPropertyValue("--ink");
    pen.fillRect(Math.min(played, width - 2), 0, 2, height);
  };
  // A line with the number that the mark has in the list; where they are close, lines alone.
  const drawMarks = (pen, style) => {
    const { width, height } = canvas;
    const size = Math.round((13 * width) / (canvas.clientWidth || width));
    pen.font = `600 ${size}px system-ui, sans-serif`;
    let free = 0;
    marks.forEach((at, index) => {
      const x = Math.min((at / (audio.duration || seconds)) * width, width - 2);
      pen.fillStyle = style.getPropertyValue("--soft");
      for (let y = 0; y < height; y += 10) pen.fillRect(x, y, 2, 5);
      const number = String(index + 1);
      const wide = pen.measureText(number).width + 8;
      const left = Math.min(x, width - wide);
      if (left < free) return;
      pen.fillRect(left, 0, wide, size + 6);
      pen.fillStyle = style.getPropertyValue("--card");
      pen.fillText(number, left + 4, size + 1);
      free = left + wide + 2;
    });
  };
  let next = 0;
  const follow = () => {
    cancelAnimationFrame(next);
    draw();
    if (!audio.paused) next = requestAnimationFrame(follow);
  };
  const clock = (at) => `${Math.floor(at / 60)}:${String(Math.floor(at % 60)).padStart(2, "0")}`;
  const say = () => {
    canvas.setAttribute("aria-valuenow", String(Math.round(audio.currentTime)));
    canvas.setAttribute("aria-valuetext", clock(audio.currentTime));
  };
  const go = (at) => {
    audio.currentTime = Math.max(0, Math.min(at, audio.duration || seconds));
    say();
  };
  const MOVES = { ArrowLeft: -5, ArrowDown: -5, ArrowRight: 5, ArrowUp: 5, PageDown: -30, PageUp: 30, Home: -Infinity, End: Infinity };
  const load = async () => {
    lanes = await columns(Math.floor(canvas.width / 6));
    canvas.hidden = false;
    document.querySelector("#wave-hint").hidden = false;
    draw();
    for (const kind of ["play", "seeked", "timeupdate", "loadedmetadata"]) audio.addEventListener(kind, follow);
    for (const kind of ["pause", "seeked"]) audio.addEventListener(kind, say);
    canvas.addEventListener("click", (event) => {
      const box = canvas.getBoundingClientRect();
      go(((event.clientX - box.left) / box.width) * (audio.duration || seconds));
    });
    canvas.addEventListener("keydown", (event) => {
      if (event.key === " " || event.key === "Enter") audio[audio.paused ? "play" : "pause"]();
      else if (event.key in MOVES) go(audio.currentTime + MOVES[event.key]);
      else return;
      event.preventDefault();
    });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  };
  load().catch(() => {}); // erased meanwhile: the player says so itself
})();
