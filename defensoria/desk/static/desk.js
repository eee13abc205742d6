// Keeps an open page true: follows the live stream, fetches the page again and puts in what changed. Everything else is
// plain links and forms, which work without this file.
"use strict";

const body = document.body;
const here = () => document.querySelector(".thread")?.dataset.follow ?? null;

// ---- drafts: what is typed survives leaving the page, in this tab only, until it is sent or someone logs out

const draftKey = (protocolo) => `rascunho ${protocolo}`;

function forgetDrafts() {
  sessionStorage.clear();
}

if ("forget" in body.dataset) forgetDrafts();

function prepareComposer() {
  const form = document.querySelector("[data-composer]");
  if (!form || form.dataset.ready) return;
  form.dataset.ready = "yes";
  document.getElementById("composer-hint").hidden = false;
  const text = form.elements.text;
  const key = draftKey(form.dataset.composer);
  text.value = text.value || sessionStorage.getItem(key) || "";
  text.addEventListener("input", () => sessionStorage.setItem(key, text.value));
  text.addEventListener("keydown", (event) => {
    const plain = event.key === "Enter" && !event.shiftKey && !event.altKey && !event.isComposing;
    const typingOnGlass = matchMedia("(pointer: coarse)").matches;
    if (!plain || (typingOnGlass && !event.ctrlKey)) return;
    event.preventDefault();
    form.requestSubmit();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form, text, key);
  });
}

document.addEventListener("click", (event) => {
  const ready = event.target.closest("[data-insert]");
  const text = document.querySelector("[data-composer]")?.elements.text;
  if (!ready || !text) return;
  event.preventDefault();
  const before = text.value && !/\s$/.test(text.value.slice(0, text.selectionEnd)) ? "\n" : "";
  text.setRangeText(before + ready.dataset.insert, text.selectionEnd, text.selectionEnd, "end");
  text.dispatchEvent(new Event("input"));
  ready.closest("details").open = false;
  text.focus();
});

async function send(form, text, key) {
  const button = form.querySelector("button");
  if (button.disabled || !text.value.trim()) return;
  button.disabled = true;
  try {
    const response = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
    if (show(await response.text(), response)) {
      text.value = "";
      sessionStorage.removeItem(key);
      scrollToEnd();
    }
  } catch {
    notice("Sem conexão: a mensagem não foi enviada. O texto continua aqui; tente de novo.");
  } finally {
    button.disabled = false;
    text.focus();
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if ("forget" in form.dataset) forgetDrafts();
  if (form.dataset.forgetDraft) sessionStorage.removeItem(draftKey(form.dataset.forgetDraft));
});

// ---- putting a fresh copy of the page into the open one

/** Show what `html` says that this page does not. Returns whether the request behind it was done. */
function show(html, response) {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  const token = fresh.querySelector("meta[name=csrf-token]")?.content;
  if (!token) {
    if (response.redirected) loggedOut();
    else notice(fresh.getElementById("advice")?.textContent ?? "Algo deu errado. Tente de novo.");
    return false;
  }
  connected();
  renewTokens(token);
  document.title = fresh.title;
  document.querySelectorAll("[data-live]").forEach((old) => replace(old, fresh.getElementById(old.id)));
  document.querySelectorAll("[data-list]").forEach((old) => reconcile(old, fresh.getElementById(old.id)));
  const actions = document.getElementById("actions");
  const freshActions = fresh.getElementById("actions");
  if (actions && freshActions && actions.dataset.state !== freshActions.dataset.state) {
    replace(actions, freshActions);
    prepareComposer();
  }
  document.dispatchEvent(new Event("mesa:mudou"));
  const told = fresh.querySelector("[data-notice]");
  if (response.status !== 200 || response.redirected) replace(document.querySelector("[data-notice]"), told);
  return response.ok;
}

function renewTokens(token) {
  document.querySelector("meta[name=csrf-token]").content = token;
  document.querySelectorAll("input[name=csrf_token]").forEach((input) => { input.value = token; });
}

function replace(old, fresh) {
  if (old && fresh && !old.isEqualNode(fresh)) keepingFocus(old, () => old.replaceWith(document.adoptNode(fresh)));
}

/** Make the children of one list those of another, by their ids; what is equal stays untouched. */
function reconcile(list, fresh) {
  if (!fresh) return;
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 60;
  const arrivals = [];
  const wanted = new Set([...fresh.children].map((child) => child.id));
  [...list.children].filter((child) => !wanted.has(child.id)).forEach((child) => child.remove());
  [...fresh.children].forEach((child, place) => {
    const old = document.getElementById(child.id);
    if (!old) arrivals.push(child);
    if (old?.isEqualNode(child)) {
      if (list.children[place] !== old) list.insertBefore(old, list.children[place] ?? null);
      return;
    }
    keepingFocus(old, () => {
      old?.remove();
      list.insertBefore(document.adoptNode(child), list.children[place] ?? null);
    });
  });
  arrivals.forEach((child) => announce(list, child));
  if (arrivals.length && atEnd && list.id === "messages") scrollToEnd();
}

function keepingFocus(old, change) {
  const focused = old?.contains(document.activeElement) ? document.activeElement : null;
  const place = focused ? [...old.querySelectorAll("a, button")].indexOf(focused) : -1;
  const id = old?.id;
  change();
  if (focused) document.getElementById(id)?.querySelectorAll("a, button")[place]?.focus();
}

function announce(list, child) {
  let words = "";
  if (child.dataset.incoming) {
    const said = child.querySelector(".words, .type")?.textContent ?? "";
    words = `Nova mensagem de ${child.dataset.incoming}: ${said}`;
  } else if (list.dataset.arrivals && child.dataset.testid === "queue-item") {
    words = list.dataset.arrivals + child.querySelector(".card-title a").textContent;
  }
  if (words) document.getElementById("announcer").textContent = words;
}

function notice(words) {
  const paragraph = document.createElement("p");
  paragraph.className = "problem";
  paragraph.dataset.testid = "problem";
  paragraph.textContent = words;
  document.querySelector("[data-notice]")?.replaceChildren(paragraph);
}

function scrollToEnd() {
  const messages = document.getElementById("messages");
  if (messages) messages.scrollTop = messages.scrollHeight;
}

// ---- fetching again, one at a time and not faster than the page can be read

const REST = 600;
const MINUTE = 60_000;
// A session that nobody uses ends: what this page fetches by itself does not count.
let touched = false;
["keydown", "pointerdown", "wheel"].forEach((kind) => {
  document.addEventListener(kind, () => { touched = true; }, { passive: true });
});
let fetching = false;
let again = false;

async function refresh() {
  if (fetching) {
    again = true;
    return;
  }
  fetching = true;
  again = false;
  try {
    // A form that was refused leaves its own address behind, which shows nothing by itself.
    const address = here() ? `/atendimentos/${here()}` : location.pathname;
    const response = await fetch(address, { headers: touched ? {} : { "x-unattended": "1" } });
    touched = false;
    show(await response.text(), response);
  } catch {
    connection("Sem conexão. Tentando de novo…");
  }
  setTimeout(() => {
    fetching = false;
    if (again) refresh();
  }, REST);
}

// ---- the stream: one tab holds it for all tabs of this browser, which allows only a few connections

const tabs = new BroadcastChannel("mesa");
let cursor = body.dataset.cursor;

function heard(change) {
  cursor = change.id || cursor;
  if (change.all || concernsMe(change) || concernsLists(change)) refresh();
  else count(change.waiting);
}

function concernsMe({ protocolo, kind, mine }) {
  const shown = mine || document.querySelector(`[data-follow="${CSS.escape(protocolo)}"]`);
  return shown && (kind !== "status" || protocolo === here());
}

function concernsLists({ kind }) {
  const listKinds = ["queued", "claimed", "closed", "transferred", "taken_over", "corrected"];
  return listKinds.includes(kind) && document.querySelector("[data-lists]");
}

/** How many wait is all that most pages say of the queue: that needs no fetching. */
function count(waiting) {
  const place = document.getElementById("count");
  if (!place || place.textContent === String(waiting)) return;
  place.textContent = waiting;
  place.ariaLabel = `${waiting} aguardando`;
  place.hidden = !waiting;
  document.getElementById("nav").dataset.waiting = waiting;
  document.dispatchEvent(new Event("mesa:mudou"));
}

function follow() {
  const source = new EventSource(`/stream?desde=${cursor}`);
  const tell = (change) => {
    heard(change);
    tabs.postMessage(change);
  };
  source.addEventListener("mudanca", (event) => tell({ id: event.lastEventId, ...JSON.parse(event.data) }));
  source.addEventListener("atualizar", (event) => tell({ id: event.lastEventId, all: true }));
  source.addEventListener("open", connected);
  source.addEventListener("error", () => {
    connection("Sem conexão. Tentando de novo…");
    if (source.readyState !== EventSource.CLOSED) return;
    // The server answered, but not with a stream: perhaps the session ended, which fetching the page tells.
    refresh();
    setTimeout(follow, 10_000);
  });
}

function connection(words) {
  const place = document.getElementById("connection");
  if (place.dataset.ended) return;
  place.textContent = words;
  place.hidden = !words;
}

function loggedOut() {
  const place = document.getElementById("connection");
  if (place.dataset.ended) return;
  connection("Sua sessão terminou. ");
  const link = document.createElement("a");
  link.href = "/entrar";
  link.target = "_blank";
  link.textContent = "Entrar de novo";
  place.append(link);
  place.dataset.ended = "yes";
}

function connected() {
  delete document.getElementById("connection").dataset.ended;
  connection("");
}

// ---- starting

function fold() {
  if (matchMedia("(max-width: 52rem)").matches) {
    document.querySelectorAll("[data-fold]").forEach((details) => { details.open = false; });
  }
}

document.addEventListener("keydown", (event) => {
  const open = event.key === "Escape" && document.querySelector(".closing[open]");
  if (!open) return;
  open.open = false;
  open.querySelector("summary").focus();
});

if (cursor !== undefined) {
  fold();
  prepareComposer();
  scrollToEnd();
  tabs.addEventListener("message", (event) => heard(event.data));
  if (navigator.locks) {
    navigator.locks.request("mesa", () => new Promise(follow));
  } else {
    follow();
  }
  setInterval(() => { if (!document.hidden) refresh(); }, MINUTE);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
}
