"use strict";
// The demo phone: shows how the phones are, sends what one does with them, and lets one hear it.
(() => {
  const demo = document.querySelector(".demo");
  demo.querySelector(".box-now").hidden = false; // without scripts nothing would fill it
  demo.classList.toggle("moving", !matchMedia("(prefers-reduced-motion: reduce)").matches);
  const page = demo.dataset;
  const sound = window.demoSound;
  const cards = new Map([...demo.querySelectorAll("[data-party]")].map((card) => [card.dataset.party, card]));
  const find = (root, part) => root.querySelector(`[data-part="${part}"]`);
  const HELD = 350; // ms: a button pressed for longer is held, not clicked
  let told = null;
  let since = 0;
  let listening = "caller";
  let known = null; // the newest recording before this call

  // -- what stands still --------------------------------------------------------------------
  const notes = ["recorder", "keeper", "panel"].map((part) => document.getElementById(`${part}-away`));
  // What was shown may be untrue by now.
  const fallSilent = (part) => {
    for (const note of notes) note.hidden = note.id !== `${part}-away`;
    find(demo, "lamp").className = "lamp";
    find(demo, "name").textContent = "…";
    find(demo, "sentence").textContent = "";
    sound.silence();
  };

  // -- doing --------------------------------------------------------------------------------
  let sent = Promise.resolve(); // one after the other, in the order of the fingers
  const fail = (card, message) => { find(card, "mistake").textContent = message; };
  const act = (party, act, more = {}) => {
    const card = cards.get(party);
    const send = async () => {
      const body = new URLSearchParams({ line: page.line, by: party, do: act, ...more });
      const headers = { "X-CSRFToken": page.csrf, Accept: "application/json" };
      try {
        const answer = await fetch(page.act, { method: "POST", headers, body, credentials: "same-origin" });
        if (answer.status === 401) { location.replace("/login"); return; }
        const said = answer.ok ? "" : (await answer.json()).message;
        fail(card, said || "");
      } catch { fallSilent("panel"); }
    };
    sent = sent.then(send);
    return sent;
  };
  const may = (party, what) => Boolean(told) && told.phones[party].may.includes(what);
  const press = (party, key) => { if (may(party, "key")) act(party, "key", { keys: key }); };

  const talkButton = (party, button) => {
    let down = 0;
    const talks = () => told.phones[party].talks;
    const begin = (event) => {
      if (button.disabled || event.repeat) return;
      down = performance.now();
      button.dataset.was = talks();
      if (!talks()) act(party, "talk");
    };
    const end = () => {
      if (!down) return;
      const held = performance.now() - down > HELD;
      down = 0;
      if (held || button.dataset.was === "true") act(party, "hush");
    };
    button.addEventListener("pointerdown", (event) => { button.setPointerCapture(event.pointerId); begin(event); });
    for (const kind of ["pointerup", "pointercancel"]) button.addEventListener(kind, end);
    button.addEventListener("keydown", (event) => { if ([" ", "Enter"].includes(event.key)) { event.preventDefault(); begin(event); } });
    button.addEventListener("keyup", (event) => { if ([" ", "Enter"].includes(event.key)) { event.preventDefault(); end(); } });
    button.addEventListener("blur", end);
    // A screen reader clicks without touching or pressing anything.
    button.addEventListener("click", (event) => { if (event.detail === 0 && !down) act(party, talks() ? "hush" : "talk"); });
  };
  const wire = (party, card) => {
    for (const button of card.querySelectorAll("[data-key]")) button.addEventListener("click", () => press(party, button.dataset.key));
    for (const button of card.querySelectorAll("[data-do]")) {
      const what = button.dataset.do;
      if (what === "talk") talkButton(party, button);
      else button.addEventListener("click", () => act(party, what, what === "call" ? { who: demo.querySelector("#who").value } : {}));
    }
    card.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("select")) return;
      if (!/^[0-9*#]$/.test(event.key)) return;
      event.preventDefault();
      press(party, event.key);
      const key = card.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
      key.classList.add("pressed");
      setTimeout(() => key.classList.remove("pressed"), 150);
    });
    // A click beside the buttons is enough for the keyboard to belong to this phone.
    card.addEventListener("pointerdown", (event) => { if (!event.target.closest("button, input, select, summary, label, a")) card.focus({ preventScroll: true }); });
    const radio = card.querySelector("[name=listen]");
    radio.addEventListener("change", () => listen(party));
    const own = window.demoVoice(card, page, (voice) => act(party, "talk", { voice }), (message) => fail(card, message));
    card.allowOwn = own.allow;
  };

  // -- hearing ------------------------------------------------------------------------------
  const play = () => { if (told && listening) sound.render(told.phones[listening], told.at, since); };
  const listen = (party) => {
    sound.open(page.sound);
    if (party !== listening) sound.silence();
    listening = party;
    for (const [name, card] of cards) {
      card.classList.toggle("heard", name === party);
      card.querySelector("[name=listen]").checked = name === party;
    }
    play();
  };
  const wake = () => { sound.open(page.sound); play(); };
  for (const kind of ["pointerdown", "keydown"]) demo.addEventListener(kind, wake);

  // -- showing ------------------------------------------------------------------------------
  const put = (place, text) => { if (place.textContent !== text) place.textContent = text; };
  const showPhone = (card, phone) => {
    card.dataset.state = phone.state;
    card.classList.toggle("bell", phone.bell);
    card.classList.toggle("talks", phone.talks);
    put(find(card, "display"), phone.display);
    put(find(card, "said"), phone.said);
    put(find(card, "hears"), [...new Set(phone.hears.filter((one) => one.kind !== "tone").map((one) => one.said))].join(" · "));
    for (const key of card.querySelectorAll("[data-key]")) key.disabled = !phone.may.includes("key");
    for (const button of card.querySelectorAll("[data-do]")) {
      const what = button.dataset.do;
      const can = phone.may.includes(what) || (what === "talk" && phone.may.includes("hush"));
      const offHook = !["on_hook", "ringing"].includes(phone.state);
      button.disabled = !can;
      button.hidden = !can && !(offHook && ["talk", "flash"].includes(what));
      if (what === "talk") button.setAttribute("aria-pressed", String(phone.talks));
    }
    for (const label of card.querySelectorAll("[data-lift]")) label.hidden = label.dataset.lift !== phone.state;
    const who = card.querySelector("[data-who]");
    if (who) who.hidden = !phone.may.includes("call");
    card.allowOwn(phone.may.includes("talk") || phone.may.includes("hush"));
  };
  // One place speaks to a screen reader, and only of what one must know: a ring, the question, the
  // time for a key, the recording, the outcome. The displays change far more often.
  const TOLD = ["ringing", "asking", "awaiting", "recording", "refused", "retryable", "private", "far_changed", "fault"];
  const announce = (text) => put(find(demo, "announced"), text);
  const showBox = () => {
    const { line } = told;
    if (TOLD.includes(line.state)) announce(`${line.name}. ${line.sentence}`);
    const lamp = find(demo, "lamp");
    if (lamp.className !== `lamp ${line.lamp}`) lamp.className = `lamp ${line.lamp}`;
    put(find(demo, "name"), line.name);
    put(find(demo, "sentence"), line.sentence);
    put(find(demo, "hint"), demo.querySelector(`[data-hint="${told.hint}"]`).textContent);
    const said = Object.values(told.phones).flatMap((phone) => phone.hears).find((one) => one.kind === "prompt" && one.text);
    find(demo, "transcript").hidden = !said;
    if (said) {
      put(find(demo, "text"), said.text);
      find(demo, "text").lang = said.language;
    }
  };

  // -- what became of it --------------------------------------------------------------------
  const BETWEEN = ["idle", "ended", "unknown", "fault"];
  // A recording is listed a moment after its call, when the keeper has taken it up.
  const LATER = [300, 1500, 3500, 7000];
  // The question keeps a session awake, so a page that nobody touches does not ask.
  const IDLE = 5 * 60 * 1000;
  let touched = performance.now();
  for (const kind of ["pointermove", "pointerdown", "keydown", "scroll"]) {
    addEventListener(kind, () => { touched = performance.now(); }, { passive: true });
  }
  const ask = async () => {
    if (performance.now() - touched > IDLE) return null;
    const answer = await fetch(page.outcome, { credentials: "same-origin" });
    return answer.ok ? answer.json() : null;
  };
  const begins = async () => {
    find(demo, "outcome").hidden = true;
    const now = await ask();
    known = now ? now.recording : "";
  };
  const ends = () => {
    for (const wait of LATER) {
      setTimeout(async () => {
        const now = await ask();
        if (!now || !BETWEEN.includes(told.line.state)) return;
        const place = find(demo, "outcome");
        const link = place.querySelector('[data-outcome-part="link"]');
        const fresh = now.recorded && now.recording && now.recording !== known;
        put(place.querySelector('[data-outcome-part="said"]'), now.said);
        announce(now.said);
        place.classList.toggle("good", now.recorded);
        link.hidden = !fresh;
        if (fresh) link.href = now.address;
        place.hidden = !now.said;
      }, wait);
    }
  };

  // -- being told ---------------------------------------------------------------------------
  const show = (news) => {
    const was = told ? told.line.state : news.line.state;
    told = news;
    since = performance.now();
    for (const note of notes) note.hidden = true;
    if (BETWEEN.includes(was) && !BETWEEN.includes(news.line.state)) begins();
    if (!BETWEEN.includes(was) && BETWEEN.includes(news.line.state)) ends();
    const third = cards.get("third");
    third.hidden = !news.going || news.taken;
    if (third.hidden && listening === "third") listen("caller");
    for (const [party, card] of cards) showPhone(card, news.phones[party]);
    showBox();
    play();
  };
  const AGAIN = 3000;
  const DEAF = 4000; // the stream tells something or beats every second
  const ENDS = { away: "keeper", recorder_away: "recorder" };
  let events = null;
  let lastHeard = 0;
  const heard = () => { lastHeard = performance.now(); };
  const watch = () => {
    const mine = new EventSource(page.events);
    events = mine;
    heard();
    mine.addEventListener("beat", heard);
    mine.onmessage = (event) => { heard(); show(JSON.parse(event.data)); };
    mine.addEventListener("end", (event) => {
      if (event.data === "not_logged_in") location.replace("/login");
      if (ENDS[event.data]) fallSilent(ENDS[event.data]);
    });
    mine.onerror = () => {
      if (notes.every((note) => note.hidden)) fallSilent("panel");
      if (mine.readyState === EventSource.CLOSED) setTimeout(watch, AGAIN);
    };
  };
  setInterval(() => {
    if (events.readyState !== EventSource.OPEN || performance.now() - lastHeard <= DEAF) return;
    events.close();
    fallSilent("panel");
    watch();
  }, 500);
  addEventListener("pagehide", () => events.close());
  for (const [party, card] of cards) wire(party, card);
  cards.get(listening).querySelector("[name=listen]").checked = true;
  cards.get(listening).classList.add("heard");
  watch();
})();
