// The journal: newest first; an exchange that is opened fetches its headers and bodies.

import { read } from "./connection.js";
import { byId, el, keep, mark, write } from "./dom.js";
import { moment, number, several, status, timeOfDay, without } from "./words.js";

const MOST = 500;

/** What was asked and answered, as far as the page has seen it. */
export class Journal {
  #lines = [];
  #project = "";

  constructor() {
    byId("filter").addEventListener("input", () => this.#render());
  }

  /** Number of the newest exchange that is here. */
  get since() {
    return this.#lines[0]?.number ?? 0;
  }

  /** Forget everything, because what answers may be another emulator than before. */
  forget() {
    this.#lines = [];
  }

  /** Add what is new, drop what the emulator has dropped. */
  show({ journal, project }) {
    this.#project = project;
    if (journal.last < this.since) this.forget();
    const since = this.since;
    const fresh = journal.items.filter((line) => line.number > since).reverse();
    this.#lines = [...fresh, ...this.#lines].filter((line) => line.number >= journal.first).slice(0, MOST);
    this.#render();
  }

  #render() {
    const wanted = byId("filter").value.trim().toLowerCase();
    const found = this.#lines.filter((line) => searched(line).includes(wanted));
    const [all, some] = [number(this.#lines.length), number(found.length)];
    const isFiltered = wanted !== "" && all !== "0";
    write(byId("journal-summary"), isFiltered ? `${some} of ${all} shown` : several(this.#lines.length, "exchange"));
    byId("exchanges").hidden = found.length === 0;
    byId("no-exchanges").hidden = found.length > 0;
    write(byId("no-exchanges"), isFiltered ? "Nothing matches." : `Nothing was asked yet. Clients find the service at ${location.origin}.`);
    keep(byId("exchanges"), found, (line) => line.number, make, (body, line) => show(body, line, this.#project));
  }
}

function searched(line) {
  return [line.number, line.method, line.path, line.operation, status(line.status), line.fault].join(" ").toLowerCase();
}

// The roles stand here because narrow screens lay the rows out as blocks, which would take those of a table away.
function make(line) {
  const button = el("button", { type: "button", class: "open", "aria-expanded": "false" });
  const request = el("td", { role: "cell" }, button, el("span", { class: "path" }));
  const answer = el("td", { role: "cell" }, el("span", { class: "status" }), el("span", { class: "fault" }));
  const when = el("td", { role: "cell", class: "when" }, el("span", { class: "quiet" }), el("time"));
  const row = el("tr", { role: "row" }, when, request, answer);
  const more = el("tr", { role: "row", class: "more", hidden: true }, el("td", { role: "cell", colspan: "3" }));
  button.addEventListener("click", () => toggle(button, more, line.number));
  return el("tbody", { role: "rowgroup", "data-number": line.number }, row, more);
}

function show(body, line, project) {
  const [when, request, answer] = body.rows[0].children;
  write(when.firstChild, `${line.number}`);
  write(when.lastChild, timeOfDay(line.at));
  mark(when.lastChild, "title", `${moment(line.at)} UTC`);
  write(request.firstChild, line.operation ?? "unknown path");
  write(request.lastChild, `${line.method} ${without(project, line.path)}`);
  mark(request.lastChild, "title", line.path);
  write(answer.firstChild, status(line.status));
  mark(answer.firstChild, "data-state", line.status >= 200 && line.status < 400 ? "good" : "bad");
  answer.lastChild.hidden = line.fault === null;
  write(answer.lastChild, `fault: ${line.fault}`);
}

async function toggle(button, more, number) {
  const isOpen = button.getAttribute("aria-expanded") === "true";
  mark(button, "aria-expanded", String(!isOpen));
  more.hidden = isOpen;
  if (isOpen || more.dataset.filled) return;
  const cell = more.firstChild;
  write(cell, "Loading");
  try {
    const [exchange] = (await read(`journal?since=${number - 1}&limit=1`)).items;
    if (exchange?.number !== number) throw new Error("the journal no longer has it");
    cell.replaceChildren(...parts(exchange));
    more.dataset.filled = "yes";
  } catch (error) {
    write(cell, `It could not be fetched: ${error.message}`);
  }
}

function parts(exchange) {
  const query = Object.entries(exchange.query).map(([name, value]) => `${name} = ${value}`);
  const request = el("section", {}, el("h3", {}, "Request"), el("p", { class: "path" }, `${exchange.method} ${exchange.path}`));
  if (query.length) request.append(el("pre", { tabindex: "0", "aria-label": "Query" }, query.join("\n")));
  request.append(body("Request body", exchange.body), headers(exchange.headers));
  const answer = el("section", {}, el("h3", {}, `Answer, ${status(exchange.status)}`));
  answer.append(body("Response body", exchange.response), headers(exchange.response_headers));
  return [el("div", { class: "exchange" }, request, answer)];
}

function body(label, content) {
  if (content === null) return el("p", { class: "quiet" }, "No body, or one that is not kept.");
  const text = typeof content === "string" ? content : JSON.stringify(content, null, 2);
  return el("pre", { tabindex: "0", "aria-label": label }, text);
}

function headers(fields) {
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}`);
  return el("details", {}, el("summary", {}, several(lines.length, "header field")), el("pre", { tabindex: "0", "aria-label": "Header fields" }, lines.join("\n")));
}
