// Armed faults.

import { byId, el, keep, mark, write } from "./dom.js";
import { moment, number, several, without } from "./words.js";

/** Show the rules in the order in which they are tried. */
export function showFaults({ faults, project }) {
  byId("faults").hidden = byId("disarm").hidden = faults.length === 0;
  byId("no-faults").hidden = faults.length > 0;
  keep(byId("faults").tBodies[0], faults, (rule) => rule.number, make, (row, rule) => show(row, rule, project));
}

function make() {
  return el("tr", {}, el("td", {}, el("code"), el("p", { class: "about" }), el("p", { class: "quiet" })), el("td"), el("td"));
}

function show(row, rule, project) {
  const [what, hits, left] = row.children;
  const [operation, does, which] = what.children;
  write(operation, rule.operation);
  write(does, rule.does);
  const parts = Object.entries(rule.match).map(([name, value]) => `${name} ${without(project, value)}`);
  if (rule.scope !== null) parts.push(`scope ${rule.scope}`);
  if (rule.waits) parts.push(`lets ${several(rule.waits, "request")} pass first`);
  if (!rule.active || rule.until !== null) parts.push(window(rule));
  which.hidden = parts.length === 0;
  write(which, parts.join(", "));
  write(hits, number(rule.hits));
  write(left, rule.left === null ? "no end" : number(rule.left));
  mark(row, "data-spent", (rule.left === 0 || !rule.active) && "");
}

function window({ from, until }) {
  return until === null ? `from ${moment(from)} on` : `from ${moment(from)} to ${moment(until)}`;
}
