"use strict";
// A voice of one's own: recorded by the browser, made narrow as a telephone is, lent to a party.
(() => {
  const RATE = 8000;
  const LONGEST = 15; // seconds
  const can = window.isSecureContext && navigator.mediaDevices && window.AudioWorkletNode;

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
  const narrow = async (pieces, rate) => {
    const whole = new Float32Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
    pieces.reduce((at, piece) => { whole.set(piece, at); return at + piece.length; }, 0);
    const length = Math.min(LONGEST * RATE, Math.floor((whole.length / rate) * RATE));
    const offline = new OfflineAudioContext(1, Math.max(1, length), RATE);
    const buffer = offline.createBuffer(1, Math.max(1, whole.length), rate);
    buffer.copyToChannel(whole, 0);
    const source = new AudioBufferSourceNode(offline, { buffer });
    source.connect(offline.destination);
    source.start();
    return offline.startRendering();
  };
  const record = async (module, tick) => {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1 } });
    const context = new AudioContext();
    await context.audioWorklet.addModule(module);
    const pieces = [];
    const capture = new AudioWorkletNode(context, "capture");
    capture.port.onmessage = (event) => pieces.push(event.data);
    context.createMediaStreamSource(stream).connect(capture);
    const began = performance.now();
    let stop = null;
    const stopped = new Promise((done) => { stop = done; });
    const timer = setInterval(() => {
      const seconds = (performance.now() - began) / 1000;
      tick(seconds);
      if (seconds >= LONGEST) stop();
    }, 100);
    const clip = stopped.then(async () => {
      clearInterval(timer);
      for (const track of stream.getTracks()) track.stop();
      const rate = context.sampleRate;
      await context.close();
      return narrow(pieces, rate);
    });
    return { stop, clip };
  };

  // Lets one phone have a voice of its own: `say` is called with its hash.
  window.demoVoice = (card, page, say, fail) => {
    const own = card.querySelector("[data-own]");
    const part = (name) => own.querySelector(`[data-own-part="${name}"]`);
    const button = (name) => own.querySelector(`[data-own-do="${name}"]`);
    let recording = null;
    let lent = "";
    const show = (going) => {
      button("record").hidden = going;
      button("stop").hidden = !going;
      button("say").hidden = going || !lent;
    };
    const none = () => { part("can").hidden = true; part("none").hidden = false; };
    const lend = async (buffer) => {
      const address = `${page.voice}&by=${card.dataset.party}`;
      const headers = { "Content-Type": "audio/wav", "X-CSRFToken": page.csrf, Accept: "application/json" };
      const body = wav(buffer.getChannelData(0));
      const answer = await fetch(address, { method: "POST", headers, body, credentials: "same-origin" });
      const told = await answer.json();
      if (!answer.ok) { fail(told.message || ""); return; }
      lent = told.voice;
      window.demoSound.keep(lent, buffer);
      part("clock").textContent = `${told.seconds.toFixed(1)} s`;
    };
    own.hidden = false;
    part("can").hidden = !can;
    part("none").hidden = Boolean(can);
    button("record").addEventListener("click", async () => {
      fail("");
      button("record").disabled = true;
      try {
        recording = await record(page.capture, (seconds) => { part("clock").textContent = `${seconds.toFixed(1)} s`; });
      } catch { none(); return; } finally { button("record").disabled = false; }
      lent = "";
      show(true);
      button("stop").focus();
      const clip = await recording.clip;
      await lend(clip).catch(() => fail(""));
      show(false);
      button(lent ? "say" : "record").focus();
    });
    button("stop").addEventListener("click", () => recording.stop());
    button("say").addEventListener("click", () => say(lent));
    return { allow: (may) => { button("say").disabled = !may; } };
  };
})();
