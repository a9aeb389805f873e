"use strict";
// Records the prompts of one's own, and makes whatever the browser can read narrow enough to send.
(() => {
  const form = document.querySelector("[data-own-voice]");
  if (!form) return;
  const RATE = 16000;
  const can = window.isSecureContext && navigator.mediaDevices && window.AudioWorkletNode;
  const mistakes = [...form.querySelectorAll("[data-mistake]")];
  const tell = (kind) => { for (const each of mistakes) each.hidden = each.dataset.mistake !== kind; };
  const send = form.querySelector(":scope > button.main");

  const wav = (samples) => {
    const view = new DataView(new ArrayBuffer(44 + samples.length * 2));
    const text = (at, letters) => [...letters].forEach((letter, index) => view.setUint8(at + index, letter.charCodeAt(0)));
    text(0, "RIFF"); view.setUint32(4, 36 + samples.length * 2, true); text(8, "WAVEfmt ");
    view.setUint32(16, 16, true); view.setUint16(20, 1, true); view.setUint16(22, 1, true);
    view.setUint32(24, RATE, true); view.setUint32(28, RATE * 2, true); view.setUint16(32, 2, true); view.setUint16(34, 16, true);
    text(36, "data"); view.setUint32(40, samples.length * 2, true);
    samples.forEach((sample, index) => view.setInt16(44 + index * 2, Math.max(-1, Math.min(1, sample)) * 32767, true));
    return view.buffer;
  };
  const narrow = async (buffer) => {
    const offline = new OfflineAudioContext(1, Math.max(1, Math.floor(buffer.duration * RATE)), RATE);
    const source = new AudioBufferSourceNode(offline, { buffer });
    source.connect(offline.destination);
    source.start();
    return (await offline.startRendering()).getChannelData(0);
  };
  // Nothing may be made better than it is: the box measures what the room and the voice are like.
  const asIs = { channelCount: 1, echoCancellation: false, noiseSuppression: false, autoGainControl: false };

  const record = async (longest, tick) => {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: asIs });
    const context = new AudioContext();
    await context.audioWorklet.addModule(form.dataset.capture);
    const pieces = [];
    let loudest = 0;
    const capture = new AudioWorkletNode(context, "capture");
    capture.port.onmessage = (event) => {
      pieces.push(event.data);
      for (const sample of event.data) loudest = Math.max(loudest, Math.abs(sample));
    };
    context.createMediaStreamSource(stream).connect(capture);
    const began = performance.now();
    let stop = null;
    const stopped = new Promise((done) => { stop = done; });
    const timer = setInterval(() => {
      const seconds = (performance.now() - began) / 1000;
      tick(seconds, loudest);
      loudest = 0;
      if (seconds >= longest) stop();
    }, 100);
    const sound = stopped.then(async () => {
      clearInterval(timer);
      for (const track of stream.getTracks()) track.stop();
      const whole = new Float32Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
      pieces.reduce((at, piece) => { whole.set(piece, at); return at + piece.length; }, 0);
      const buffer = context.createBuffer(1, Math.max(1, whole.length), context.sampleRate);
      buffer.copyToChannel(whole, 0);
      await context.close();
      return narrow(buffer);
    });
    return { stop, sound };
  };

  const put = (input, samples, name) => {
    const file = new File([wav(samples)], name, { type: "audio/wav" });
    const list = new DataTransfer();
    list.items.add(file);
    input.files = list.files;
  };

  for (const take of form.querySelectorAll("[data-take]")) {
    const part = (name) => take.querySelector(`[data-${name}]`);
    const button = (name) => take.querySelector(`[data-do="${name}"]`);
    const input = take.querySelector("input[type=file]");
    const level = part("level");
    let going = null;
    part("can").hidden = !can;
    part("none").hidden = Boolean(can);
    input.addEventListener("change", async () => {
      if (!input.files.length) return;
      send.disabled = true;
      tell("");
      try {
        const context = new OfflineAudioContext(1, 1, RATE);
        const buffer = await context.decodeAudioData(await input.files[0].arrayBuffer());
        if (buffer.duration > Number(take.dataset.longest)) {
          input.value = "";
          tell("long");
        } else put(input, await narrow(buffer), "chosen.wav");
      } catch { input.value = ""; tell("no-sound"); } finally { send.disabled = false; }
    });
    if (!can) continue;
    button("record").addEventListener("click", async () => {
      button("record").disabled = true;
      try {
        going = await record(Number(take.dataset.longest), (seconds, loudest) => {
          part("clock").textContent = `${seconds.toFixed(1)} s`;
          level.value = Math.sqrt(loudest) * 100;
        });
      } catch { part("can").hidden = true; part("none").hidden = false; return; } finally { button("record").disabled = false; }
      button("record").hidden = true;
      button("stop").hidden = level.hidden = false;
      button("stop").focus();
      const samples = await going.sound;
      put(input, samples, "recorded.wav");
      tell("");
      button("record").hidden = false;
      button("stop").hidden = level.hidden = true;
      button("record").focus();
    });
    button("stop").addEventListener("click", () => going.stop());
  }

  form.addEventListener("submit", (event) => {
    const told = mistakes.some((each) => !each.hidden);
    const there = [...form.querySelectorAll("input[type=file]")].some((input) => input.files.length);
    // What is wrong with the file stands there already: an empty form would tell something else.
    if (told && !there) return event.preventDefault();
    form.querySelector("[data-measuring]").hidden = false;
  });
})();
