// Says that something has come, by sound and by the browser's own notice, to who asked for it; and works by keys.
// Both say only that there is something: neither name nor words of anybody leave the page.
"use strict";

(() => {
  const help = document.getElementById("help");
  if (!help) return;

  // ---- what this browser remembers

  const on = (name) => (localStorage.getItem(name) ?? (name === "atalhos" ? "sim" : "não")) === "sim";
  const say = (words) => { document.getElementById("help-said").textContent = words; };

  help.querySelectorAll("input[type=checkbox]").forEach((box) => {
    box.checked = on(box.name);
    box.addEventListener("change", () => choose(box));
  });

  async function choose(box) {
    say("");
    if (box.name === "avisos" && box.checked && (await allowed()) !== "granted") {
      box.checked = false;
      say("O navegador não deixou mostrar avisos. Permita nas configurações deste site e tente de novo.");
    }
    localStorage.setItem(box.name, box.checked ? "sim" : "não");
    if (box.name === "som" && box.checked) tone();
  }

  async function allowed() {
    return "Notification" in window ? Notification.requestPermission() : "denied";
  }

  // ---- sound and notice

  let audio;

  function tone() {
    audio ??= new AudioContext();
    audio.resume();
    [[660, 0], [880, 0.14]].forEach(([pitch, after]) => {
      const start = audio.currentTime + after;
      const note = new OscillatorNode(audio, { frequency: pitch });
      const volume = new GainNode(audio, { gain: 0 });
      volume.gain.setValueAtTime(0, start);
      volume.gain.linearRampToValueAtTime(0.12, start + 0.02);
      volume.gain.exponentialRampToValueAtTime(0.001, start + 0.13);
      note.connect(volume).connect(audio.destination);
      note.start(start);
      note.stop(start + 0.14);
    });
  }

  function notify(words) {
    if (!on("avisos") || !("Notification" in window) || Notification.permission !== "granted") return;
    if (document.visibilityState === "visible" && document.hasFocus()) return;
    const shown = new Notification("Atendimento da Defensoria", { body: words, tag: "mesa" });
    shown.addEventListener("click", () => window.focus());
  }

  const counts = () => {
    const { waiting, mine, unanswered } = document.getElementById("nav").dataset;
    return { waiting: Number(waiting), mine: Number(mine), unanswered: Number(unanswered) };
  };
  let before = counts();

  document.addEventListener("mesa:mudou", () => {
    const now = counts();
    const words = now.unanswered > before.unanswered ? "Chegou mensagem de quem você atende."
      : now.waiting > before.waiting ? "Há gente nova na fila."
      : now.mine > before.mine ? "Você recebeu um atendimento." : "";
    before = now;
    if (!words || toldElsewhere()) return;
    if (on("som")) tone();
    notify(words);
  });

  /** Of several tabs of this browser, one is enough. */
  function toldElsewhere() {
    const last = Number(localStorage.getItem("avisado") ?? 0);
    if (Date.now() - last < 1500) return true;
    localStorage.setItem("avisado", String(Date.now()));
    return false;
  }

  // ---- keys

  const opener = document.querySelector("[data-help]");
  opener.hidden = false;
  opener.addEventListener("click", () => help.showModal());

  document.addEventListener("keydown", (event) => {
    const typing = event.target.matches("input, textarea, select");
    if (event.key === "Escape" && typing && event.target.closest("[data-composer]")) {
      document.getElementById("messages").focus();
      return;
    }
    if (typing || help.open || !on("atalhos") || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "?") help.showModal();
    else if (event.key === "j" || event.key === "k") step(event.key === "j" ? 1 : -1);
    else if (!act(event.key)) return;
    event.preventDefault();
  });

  function act(key) {
    if (!/^[a-z]$/.test(key)) return false;
    const target = document.querySelector(`[aria-keyshortcuts="${key}"]`);
    if (!target) return false;
    if (target.matches("a, summary")) target.click();
    else target.focus();
    target.closest("details[open]")?.querySelector("textarea, select, input:not([type=hidden]), .pop a")?.focus();
    return true;
  }

  function step(by) {
    const links = [...document.querySelectorAll("#mine a")];
    const here = links.findIndex((link) => link.getAttribute("aria-current"));
    links[here < 0 ? 0 : (here + by + links.length) % links.length]?.click();
  }
})();
