"use strict";
// What a phone lets one hear, made here: tones and keys are computed, words and voices are fetched
// by their hash. A sound is known by its id; it starts where the line is now, and ends when the
// line no longer tells of it.
(() => {
  const RATE = 8000; // of the line clock
  // Polish tones: hertz, then seconds on, off, on, off.
  const TONES = {
    dial: { hertz: [425], cadence: [1] },
    ringback: { hertz: [425], cadence: [1, 4] },
    busy: { hertz: [425], cadence: [0.5, 0.5] },
    congestion: { hertz: [425], cadence: [0.5, 0.5] },
    call_waiting: { hertz: [2130, 2750], cadence: [0.1], once: true },
  };
  const ROWS = [697, 770, 852, 941];
  const COLUMNS = [1209, 1336, 1477];
  const PAD = ["123", "456", "789", "*0#"];
  const TONE_LEVEL = 0.12;
  const WORDS_LEVEL = 1.8; // they lie at the level of a telephone line, which is low

  let context = null;
  let volume = null;
  const playing = new Map(); // id -> node that plays, or a promise's mark
  const fetched = new Map(); // hash -> promise of a buffer
  const made = new Map(); // name -> buffer
  let bell = null;
  let address = "";

  const wave = (key, seconds, sample) => {
    if (made.has(key)) return made.get(key);
    const buffer = context.createBuffer(1, Math.round(seconds * context.sampleRate), context.sampleRate);
    const data = buffer.getChannelData(0);
    for (let index = 0; index < data.length; index++) data[index] = sample(index / context.sampleRate);
    made.set(key, buffer);
    return buffer;
  };
  const sines = (hertz, time) =>
    hertz.reduce((sum, one) => sum + Math.sin(2 * Math.PI * one * time), 0) * (TONE_LEVEL / Math.sqrt(hertz.length));
  const tone = (name) => {
    const { hertz, cadence } = TONES[name] || TONES.busy;
    const seconds = cadence.reduce((sum, part) => sum + part, 0);
    return wave(name, seconds, (time) => (time < cadence[0] ? sines(hertz, time) : 0));
  };
  const key = (name, ms) => {
    const row = PAD.findIndex((keys) => keys.includes(name));
    const hertz = [ROWS[row], COLUMNS[PAD[row].indexOf(name)]];
    return wave(`${name} ${ms}`, ms / 1000, (time) => sines(hertz, time));
  };
  // Two bells struck in turn, as in the phones that had any.
  const ringing = () =>
    wave("bell", 0.2, (time) => {
      const struck = time % 0.05;
      const pitch = time % 0.1 < 0.05 ? 1480 : 1190;
      return 0.3 * Math.exp(-struck * 22) * (Math.sin(2 * Math.PI * pitch * time) + 0.4 * Math.sin(2 * Math.PI * pitch * 2.4 * time));
    });
  const words = (hash) => {
    if (!fetched.has(hash)) {
      const load = async () => {
        const answer = await fetch(address.replace("0".repeat(64), hash), { credentials: "same-origin" });
        if (!answer.ok) throw new Error(answer.statusText);
        return context.decodeAudioData(await answer.arrayBuffer());
      };
      // What failed is fetched again the next time that it is heard.
      fetched.set(hash, load().catch(() => { fetched.delete(hash); return null; }));
    }
    return fetched.get(hash);
  };
  const start = (buffer, { offset = 0, loop = false, level = 1, rate = 1 }) => {
    const source = new AudioBufferSourceNode(context, { buffer, loop, playbackRate: rate });
    const gain = new GainNode(context, { gain: level });
    source.connect(gain).connect(volume);
    const place = loop ? Math.max(0, offset) % buffer.duration : Math.max(0, offset);
    source.start(offset < 0 ? context.currentTime - offset : 0, place);
    return { stop: () => { try { source.stop(); } catch { /* it had not begun */ } } };
  };
  const begin = async (sound, at, since) => {
    const ago = () => (at - sound.began) / RATE + (performance.now() - since) / 1000;
    if (sound.kind === "tone") {
      const once = (TONES[sound.what] || {}).once;
      if (once && ago() > 0.5) return;
      playing.set(sound.id, start(tone(sound.what), { offset: once ? 0 : ago(), loop: !once }));
    } else if (sound.kind === "keys") {
      playing.set(sound.id, start(key(sound.what, sound.ms), { offset: Math.min(0, ago()) }));
    } else {
      const waiting = { stop: () => {} };
      playing.set(sound.id, waiting);
      const buffer = await words(sound.what);
      if (!buffer || playing.get(sound.id) !== waiting) return;
      const voice = sound.kind === "voice";
      const offset = ago() * sound.rate;
      if (!voice && offset >= buffer.duration) return;
      playing.set(sound.id, start(buffer, { offset, loop: voice, level: WORDS_LEVEL, rate: sound.rate }));
    }
  };
  const silence = () => {
    for (const node of playing.values()) node.stop();
    playing.clear();
    if (bell) bell.stop();
    bell = null;
  };
  const render = (phone, at, since) => {
    if (!context) return;
    const now = new Set(phone.hears.map((sound) => sound.id));
    for (const [id, node] of playing) {
      if (now.has(id)) continue;
      node.stop();
      playing.delete(id);
    }
    for (const sound of phone.hears) {
      if (!playing.has(sound.id)) begin(sound, at, since);
    }
    if (phone.bell && !bell) bell = start(ringing(), { loop: true });
    if (!phone.bell && bell) { bell.stop(); bell = null; }
  };

  window.demoSound = {
    // Browsers let a page sound only after a touch: so this is called from one.
    open: (sounds) => {
      address = sounds;
      if (!context) {
        context = new AudioContext({ latencyHint: "interactive" });
        volume = new GainNode(context);
        volume.connect(context.destination);
      }
      if (context.state === "suspended") context.resume();
    },
    render,
    silence,
    keep: (hash, buffer) => fetched.set(hash, Promise.resolve(buffer)),
    // How much sounds now, and whether the browser lets it.
    get sounding() { return playing.size + (bell ? 1 : 0); },
    get running() { return context !== null && context.state === "running"; },
  };
})();
