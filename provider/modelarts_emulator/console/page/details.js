// One node, in a dialog that stays current while it is open.

import { byId, el, keep, write } from "./dom.js";
import { described } from "./tiles.js";
import { capitalized, moment, without } from "./words.js";

/**
 * The dialog of a node.
 * @param tileOf finds the tile of a node, to which focus goes back
 */
export class Details {
  #tileOf;
  #name = null;
  #state = null;

  constructor({ tileOf }) {
    this.#tileOf = tileOf;
    byId("details").addEventListener("close", () => this.#closed());
  }

  /** Show the node of this name. */
  open(name) {
    this.#name = name;
    this.#render();
    byId("details").showModal();
  }

  /** Take over a new state. */
  show(state) {
    this.#state = state;
    if (this.#name !== null) this.#render();
  }

  #render() {
    write(byId("details-title"), this.#name);
    const facts = factsOf(this.#name, this.#state);
    const rows = byId("details").querySelector("dl");
    keep(rows, facts, ([term]) => term, ([term]) => el("div", {}, el("dt", {}, term), el("dd")), (row, [, text]) => {
      write(row.lastChild, text);
    });
  }

  #closed() {
    const tile = this.#tileOf(this.#name) ?? byId("pools");
    this.#name = null;
    tile.focus();
  }
}

/** What there is to say about a node, as pairs of term and text. */
function factsOf(name, state) {
  const pool = state.pools.find((each) => each.nodes.some((node) => node.name === name));
  if (!pool) return [["Phase", "It is gone."]];
  const node = pool.nodes.find((each) => each.name === name);
  const job = state.jobs.find((each) => each.id === node.moving);
  const running = [...state.training_jobs, ...state.workloads].find((each) => each.id === node.busy);
  const drivers = pool.drivers.map((driver) => `${driver.kind.toUpperCase()} ${driver.version}`);
  const facts = [
    ["Phase", described(node)],
    ["Pool", pool.name],
    ["Pool id", pool.id],
    ["Flavor", node.flavor],
    ["Node pool", node.node_pool],
    ["Zone", node.az],
    ["Address", node.ip],
    ["Cluster", node.cluster],
    ["Supernode", node.supernode],
    ["Created", `${moment(node.created)} UTC`],
    ["Driver", node.installing ? `${node.installing}, until it has the pool's` : drivers.join(", ")],
    ["Moves to", job && without(state.project, job.target)],
    ["Job", node.moving],
    [node.busy && capitalized(node.busy_with), node.busy && (running?.name ? `${running.name} (${node.busy})` : node.busy)],
  ];
  return facts.filter(([, text]) => text);
}
