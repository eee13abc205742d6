// The phone's behaviour: sends what the person does, and shows what the event stream of the chat brings.
"use strict";

const { phone, position } = document.body.dataset;
const address = `/simulator/phones/${phone}`;
const chat = document.querySelector(".chat");
const input = document.querySelector(".composer textarea");
const problem = document.querySelector(".device > .problem");
const typing = document.querySelector(".typing");
const number = document.querySelector("header .number");
const menu = document.querySelector(".menu");
const newPhone = document.querySelector("dialog.new");
let typingEnds;

async function post(path, body) {
  const response = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error);
  return answer;
}

function complain(place, text) {
  place.textContent = text;
  place.hidden = !text;
}

async function send(body) {
  try {
    await post(`${address}/messages`, body);
    complain(problem, "");
    return true;
  } catch {
    complain(problem, "A mensagem não foi enviada. Veja se o simulador está no ar e tente de novo.");
    return false;
  }
}

function scrollToEnd() {
  chat.scrollTop = chat.scrollHeight;
}

function showTyping(seconds) {
  clearTimeout(typingEnds);
  typing.hidden = seconds <= 0;
  number.hidden = seconds > 0;
  if (seconds > 0) typingEnds = setTimeout(() => showTyping(0), seconds * 1000);
}

function showMessage({ message, html }) {
  const fresh = new DOMParser().parseFromString(html, "text/html").querySelector("article");
  const shown = chat.querySelector(`article[data-id="${CSS.escape(message.id)}"]`);
  if (shown) {
    // Only the status changes; replacing the bubble would read it aloud again and close an open list.
    shown.dataset.status = message.status;
    shown.querySelector(".meta").replaceWith(fresh.querySelector(".meta"));
    return;
  }
  const atEnd = chat.scrollHeight - chat.scrollTop - chat.clientHeight < 120;
  chat.append(fresh);
  if (message.direction === "out") showTyping(0);
  if (atEnd || message.direction === "in") scrollToEnd();
}

function listen() {
  const events = new EventSource(`${address}/events?after=${encodeURIComponent(position)}`);
  events.addEventListener("message", (event) => showMessage(JSON.parse(event.data)));
  events.addEventListener("typing", (event) => showTyping(JSON.parse(event.data).seconds));
  events.addEventListener("reload", () => location.reload());
  events.addEventListener("open", () => complain(problem, ""));
  events.addEventListener("error", () => {
    complain(problem, "Sem ligação com o simulador. Tentando de novo…");
    // The browser gives up when the answer is an error, as after a restart that forgot this phone.
    if (events.readyState === EventSource.CLOSED) setTimeout(() => location.reload(), 2000);
  });
}

function fitInput() {
  input.rows = 1;
  while (input.rows < 5 && input.scrollHeight > input.clientHeight) input.rows += 1;
}

async function sendText() {
  const text = input.value.trim();
  if (!text) return;
  input.value = "";
  fitInput();
  if (!(await send({ text }))) {
    input.value = text;
    fitInput();
  }
}

function reply(button) {
  const article = button.closest("article");
  const row = button.dataset.reply === "list";
  const title = row ? button.querySelector(".title").textContent : button.textContent;
  const description = button.querySelector("small")?.textContent;
  button.closest("dialog")?.close();
  send({
    reply: { kind: button.dataset.reply, id: button.dataset.replyId, title, description, context: article.dataset.id },
  });
}

function toggleMenu(open) {
  document.body.classList.toggle("switching", open);
  menu.setAttribute("aria-expanded", String(open));
}

async function createPhone(form) {
  const fields = new FormData(form);
  const wa_id = fields.get("wa_id").replace(/\D/g, "");
  try {
    const made = await post("/simulator/phones", {
      name: fields.get("name"),
      wa_id,
      hides_number: fields.has("hides_number"),
    });
    location.assign(`/?phone=${made.wa_id}`);
  } catch {
    complain(
      form.querySelector(".problem"),
      "Não foi possível criar. O número precisa ter de 8 a 15 dígitos, com 55 e DDD, e não pode repetir outro telefone.",
    );
  }
}

document.querySelector(".composer").addEventListener("submit", (event) => {
  event.preventDefault();
  sendText();
  input.focus();
});

input.addEventListener("input", fitInput);
input.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  sendText();
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (event.target instanceof HTMLDialogElement) event.target.close();
  if (!event.target.closest(".phones, .menu")) toggleMenu(false);
  if (!button) return;
  if (button.dataset.reply) reply(button);
  else if ("openList" in button.dataset) button.closest("article").querySelector("dialog").showModal();
  else if ("close" in button.dataset) button.closest("dialog").close();
  else if (button.dataset.attach) send({ type: button.dataset.attach });
  else if (button.classList.contains("add")) newPhone.showModal();
  else if (button === menu) toggleMenu(menu.getAttribute("aria-expanded") === "false");
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") toggleMenu(false);
});

newPhone.querySelector("form").addEventListener("submit", (event) => {
  event.preventDefault();
  createPhone(event.target);
});

scrollToEnd();
listen();
if (matchMedia("(min-width: 50rem)").matches) input.focus();
