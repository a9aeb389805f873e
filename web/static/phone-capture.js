"use strict";
// Passes on what the microphone gives, in the audio thread.
registerProcessor("capture", class extends AudioWorkletProcessor {
  process(inputs) {
    if (inputs[0].length) this.port.postMessage(inputs[0][0].slice());
    return true;
  }
});
