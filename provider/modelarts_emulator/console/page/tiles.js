// The nodes of one pool: a tile each, of which one can be reached by Tab and the others from there by arrow keys.

import { el, keep, mark, write } from "./dom.js";
import { SIGNS, article } from "./words.js";

/** What a node is, in words. */
export function described(node) {
  const parts = [node.phase];
  if (node.moving) parts.push("moving");
  if (node.busy) parts.push(`busy with ${article(node.busy_with)} ${node.busy_with}`);
  if (node.locked) parts.push("locked");
  if (node.drained) parts.push("drained");
  if (node.spare) parts.push("spare");
  if (node.installing) parts.push("installing a driver");
  return parts.join(", ");
}

/** A tile that stands for a node, or in the legend for all like it. */
export function face(element, node) {
  mark(element, "data-phase", node.phase);
  for (const flag of ["locked", "drained", "busy", "moving"]) mark(element, `data-${flag}`, Boolean(node[flag]) && "");
  write(element, node.moving ? "→" : SIGNS[node.phase] ?? "·");
}

/**
 * The tiles of a pool.
 * @param open shows a node, by its name
 */
export class Tiles {
  #open;
  #current = null;
  #isFirst = true;
  #shown = "";

  constructor(label, open) {
    this.#open = open;
    this.element = el("div", { class: "tiles", role: "group", "aria-label": label, "aria-describedby": "tiles-help" });
    this.element.addEventListener("keydown", (event) => this.#move(event));
    this.element.addEventListener("focusin", (event) => this.#reach(event.target));
  }

  /** Show these nodes; mostly nothing has changed since, and there may be thousands of them. */
  show(nodes) {
    const shown = JSON.stringify(nodes);
    if (shown === this.#shown) return;
    this.#shown = shown;
    const focused = this.element.contains(document.activeElement) ? this.#tiles().indexOf(this.#current) : -1;
    keep(this.element, nodes, (node) => node.name, (node) => this.#make(node), (tile, node) => {
      face(tile, node);
      const text = `${node.name}: ${described(node)}`;
      mark(tile, "aria-label", text);
      mark(tile, "title", text);
    });
    this.#isFirst = false;
    const tiles = this.#tiles();
    if (!tiles.includes(this.#current)) this.#reach(tiles[Math.max(0, Math.min(focused, tiles.length - 1))]);
    if (focused >= 0 && !this.element.contains(document.activeElement)) this.#current?.focus();
  }

  /** The tile of a node; undefined when there is none. */
  of(name) {
    return this.#tiles().find((tile) => tile.dataset.node === name);
  }

  #tiles() {
    return [...this.element.children];
  }

  #make(node) {
    const attributes = { type: "button", class: "tile", tabindex: "-1", "data-node": node.name };
    return el("button", { ...attributes, "data-new": !this.#isFirst, click: () => this.#open(node.name) });
  }

  #reach(tile) {
    if (!tile || tile === this.#current) return;
    this.#current?.setAttribute("tabindex", "-1");
    this.#current = tile;
    tile.setAttribute("tabindex", "0");
  }

  #move(event) {
    const tiles = this.#tiles();
    const here = tiles.indexOf(document.activeElement);
    if (here < 0 || event.ctrlKey || event.altKey || event.metaKey) return;
    const steps = { ArrowLeft: -1, ArrowRight: 1, Home: -here, End: tiles.length - 1 - here };
    const rows = { ArrowUp: -1, ArrowDown: 1 };
    const step = event.key in rows ? rows[event.key] * columns(tiles) : steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    tiles[here + step]?.focus();
  }
}

/** How many tiles stand in a row. */
function columns(tiles) {
  const next = tiles.findIndex((tile) => tile.offsetTop > tiles[0].offsetTop);
  return next < 0 ? tiles.length : next;
}
