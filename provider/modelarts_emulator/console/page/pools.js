// The pools: a card each.

import { byId, el, keep, mark, write } from "./dom.js";
import { Tiles, face } from "./tiles.js";
import { PHASES, number, several, without } from "./words.js";

const MANY = 60;
const CROWD = 160;
const FLIGHTS = 60;
const FLIGHT = 700;

const KINDS = { gpu: "GPU driver", npu: "NPU driver" };

/**
 * The cards of all pools.
 * @param open shows a node, by its name
 * @param say tells those who do not see
 */
export class Pools {
  #open;
  #say;
  #cards = new Map();
  #places = new Map();

  constructor({ open, say }) {
    this.#open = open;
    this.#say = say;
    byId("legend").append(...legend());
  }

  /** Show the pools of a state. */
  show({ pools, project }) {
    const before = this.#places;
    this.#places = new Map(pools.flatMap((pool) => pool.nodes.map((node) => [node.name, pool.id])));
    const moved = [...this.#places].filter(([name, pool]) => (before.get(name) ?? pool) !== pool);
    const starts = moved.slice(0, FLIGHTS).map(([name]) => [name, this.tile(name, before)?.getBoundingClientRect()]);
    const total = pools.reduce((sum, pool) => sum + pool.total, 0);
    write(byId("pools-summary"), pools.length ? `${several(pools.length, "pool")}, ${several(total, "node")}` : "");
    byId("no-pools").hidden = pools.length > 0;
    byId("legend").hidden = pools.length === 0;
    keep(byId("pool-list"), pools, (pool) => pool.id, (pool) => this.#make(pool), (element, pool) => {
      this.#cards.get(element).show(pool, project);
    });
    for (const [name, start] of starts) fly(this.tile(name), start);
  }

  /** The tile of a node; undefined when the page shows none. */
  tile(name, places = this.#places) {
    const cards = [...byId("pool-list").children].map((element) => this.#cards.get(element));
    return cards.find((card) => card.id === places.get(name))?.tiles.of(name);
  }

  #make(pool) {
    const card = new Card(pool, this.#open, this.#say);
    this.#cards.set(card.element, card);
    return card.element;
  }
}

/** One pool. */
class Card {
  #name = el("h3");
  #phase = el("span", { class: "badge" });
  #id = el("code");
  #message = el("p", { class: "message" });
  #scopes = el("span", { class: "scopes" });
  #flavors = el("ul", { class: "flavors" });
  #drivers = el("div", { class: "drivers" });
  #note = el("p", { class: "quiet note" });

  constructor(pool, open, say) {
    this.id = pool.id;
    this.tiles = new Tiles(`Nodes of ${pool.name}`, open);
    const copy = el("button", { type: "button", class: "small", "aria-label": `Copy the id of ${pool.name}` }, "Copy");
    copy.addEventListener("click", () => this.#copy(say));
    const head = el("div", { class: "head" }, this.#name, this.#phase, this.#scopes);
    const id = el("p", { class: "id" }, this.#id, copy);
    const parts = [head, id, this.#message, this.#flavors, this.#drivers, this.tiles.element, this.#note];
    this.element = el("article", { class: "card", "data-pool": pool.id }, ...parts);
  }

  show(pool, project) {
    write(this.#name, pool.name);
    write(this.#phase, pool.phase);
    mark(this.#phase, "data-state", pool.phase === "Running" ? "good" : "bad");
    write(this.#id, without(project, pool.id));
    mark(this.#id, "title", pool.id);
    this.#message.hidden = !pool.message;
    write(this.#message, pool.message);
    keep(this.#scopes, pool.scopes, (scope) => scope.type, () => el("span", { class: "chip" }), (chip, scope) => {
      write(chip, scope.state === "Enabled" ? scope.type : `${scope.type}, ${scope.state.toLowerCase()}`);
    });
    keep(this.#flavors, pool.flavors, (item) => item.flavor, () => flavor(), showFlavor);
    keep(this.#drivers, pool.drivers, (item) => item.kind, () => driver(), showDriver);
    const shown = pool.nodes.length;
    this.element.classList.toggle("many", shown > MANY);
    this.element.classList.toggle("crowd", shown > CROWD);
    this.tiles.show(pool.nodes);
    this.#note.hidden = shown === pool.total;
    const which = shown ? "those that differ from the rest, then the first ones" : "there are too many nodes";
    write(this.#note, `${number(shown)} of ${several(pool.total, "node")} shown: ${which}.`);
  }

  async #copy(say) {
    try {
      await navigator.clipboard.writeText(this.id);
      say(`${this.id} is on the clipboard`);
    } catch {
      getSelection().selectAllChildren(this.#id);
      write(this.#id, this.id);
      say("The id is selected");
    }
  }
}

function flavor() {
  return el("li", {}, el("span", { class: "flavor" }), el("span", { class: "quiet" }), el("span", { class: "counts" }));
}

function showFlavor(element, { flavor: name, declared, phases }) {
  const [title, total, counts] = element.children;
  write(title, name);
  const there = PHASES.filter((phase) => phases[phase]);
  keep(counts, there, (phase) => phase, (phase) => count(phase), (item, phase) => {
    write(item.lastChild, `${number(phases[phase])} ${phase}`);
  });
  write(total, `${number(declared)} declared`);
}

function count(phase) {
  const swatch = el("span", { class: "tile swatch", "aria-hidden": "true" });
  face(swatch, { phase });
  return el("span", { class: "count" }, swatch, el("span"));
}

function driver() {
  return el("p", { class: "driver" }, el("span"), el("progress", { max: "1" }));
}

function showDriver(element, item) {
  const [text, bar] = element.children;
  const kind = KINDS[item.kind] ?? item.kind;
  const waiting = item.waiting ? "waits for training jobs to end" : item.state.toLowerCase();
  const change = item.target === item.version ? item.version : `${item.version} → ${item.target}`;
  write(text, item.state === "Running" ? `${kind} ${change}` : `${kind} ${change}, ${waiting}`);
  mark(element, "data-state", item.state === "Abnormal" ? "bad" : null);
  bar.hidden = item.progress === null;
  bar.value = item.progress ?? 0;
  mark(bar, "aria-label", `${kind} upgrade`);
}

function legend() {
  const kinds = [
    ...PHASES.map((phase) => [phase, { phase }]),
    ["moving", { phase: "Available", moving: true }],
    ["busy", { phase: "Available", busy: true }],
    ["locked", { phase: "Available", locked: true }],
    ["drained", { phase: "Available", drained: true }],
  ];
  return kinds.map(([text, node]) => {
    const swatch = el("span", { class: "tile swatch", "aria-hidden": "true" });
    face(swatch, node);
    return el("span", { class: "count" }, swatch, text);
  });
}

/** Let a tile come from where it was before; those who want less motion just see it there. */
function fly(tile, start) {
  if (!tile || !start || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  const end = tile.getBoundingClientRect();
  const from = `translate(${start.left - end.left}px, ${start.top - end.top}px)`;
  tile.animate([{ transform: from, zIndex: 1 }, { transform: "none", zIndex: 1 }], { duration: FLIGHT, easing: "ease-in-out" });
}
