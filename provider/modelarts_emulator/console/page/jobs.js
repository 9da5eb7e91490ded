// Orders, jobs, and what runs on nodes.

import { byId, el, keep, mark, write } from "./dom.js";
import { capitalized, number, several, span, timeOfDay, without } from "./words.js";

const GOOD = new Set(["successed", "Success", "Completed"]);
const VERBS = { apply: "Create", modify: "Scale", delete: "Delete" };
const KINDS = {
  "migrate-nodes": ["Move", "arrived"],
  "reboot-node": ["Reboot", "back"],
  "replace-node": ["Replace", "replaced"],
};
const OPEN = new Set(["pending", "processing", "Running", "Creating", "Pending", "Terminating"]);

/** Show what is under way, and what has ended. */
export function showJobs(state) {
  const names = new Map(state.pools.map((pool) => [pool.id, pool.name]));
  const all = [...state.orders.map((item) => order(item, names)), ...state.jobs.map((item) => job(item, names))];
  all.sort((one, other) => other.created - one.created);
  const open = all.filter((item) => OPEN.has(item.phase));
  const over = all.filter((item) => !OPEN.has(item.phase));
  showItems(byId("under-way"), open, state.clock.now);
  byId("nothing-under-way").hidden = open.length > 0;
  const finished = byId("finished");
  finished.hidden = over.length === 0;
  write(finished.querySelector("summary"), `Finished: ${number(over.length)}`);
  showItems(finished.querySelector("ul"), over, state.clock.now);
}

/** Show training jobs. */
export function showTrainingJobs(state) {
  const names = new Map(state.pools.map((pool) => [pool.id, pool.name]));
  const items = state.training_jobs.map((item) => training(item, names, state));
  showItems(byId("training-jobs"), items, state.clock.now);
  byId("no-training-jobs").hidden = items.length > 0;
}

/** Show inference services and notebooks. */
export function showWorkloads(state) {
  const names = new Map(state.pools.map((pool) => [pool.id, pool.name]));
  const items = state.workloads.map((item) => workload(item, names, state));
  showItems(byId("workloads"), items, state.clock.now);
  byId("workloads-panel").hidden = items.length === 0;
}

function order(item, names) {
  const change = Object.entries(item.change).map(([flavor, [before, wanted]]) => `${flavor} ${before} → ${wanted}`);
  if (item.ends === null) change.push("stuck, until somebody ends it");
  const title = `${VERBS[item.operation]} ${names.get(item.pool) ?? item.pool}`;
  return { ...item, key: item.name, title, about: change, id: item.name };
}

function job(item, names) {
  const [source, target] = [item.source, item.target].map((pool) => names.get(pool) ?? pool);
  const [verb, done] = KINDS[item.type];
  const within = `${verb === "Move" ? "within" : "in"} ${source}`;
  const where = item.source === item.target ? within : `${source} → ${target}`;
  const about = [where, `${number(item.arrived)} of ${number(item.total)} ${done}`];
  if (item.stuck) about.push("stuck, until somebody ends it");
  if (item.hidden) about.push("hidden from clients");
  return { ...item, key: item.id, title: `${verb} ${several(item.total, "node")}`, about, id: item.id };
}

function training(item, names, state) {
  const pool = names.get(item.pool) ?? without(state.project, item.pool);
  const about = [pool, item.nodes.join(", ")].filter(Boolean);
  return { ...item, key: item.id, title: item.name || item.id, about, id: item.name ? item.id : "", reason: "" };
}

function workload(item, names, state) {
  const shown = training(item, names, state);
  const hidden = item.hidden ? ["nobody is told where"] : [];
  return { ...shown, about: [capitalized(item.kind), ...shown.about, ...hidden] };
}

function showItems(list, items, now) {
  keep(list, items, (item) => item.key, make, (element, item) => show(element, item, now));
}

function make() {
  const head = el("div", { class: "head" }, el("strong"), el("span", { class: "badge" }));
  return el("li", {}, head, el("p", { class: "about" }), el("progress", { max: "1" }), el("p", { class: "quiet when" }), el("p", { class: "message" }));
}

function show(element, item, now) {
  const [head, about, bar, when, reason] = element.children;
  const isOpen = OPEN.has(item.phase);
  write(head.firstChild, item.title);
  write(head.lastChild, item.phase);
  mark(head.lastChild, "data-state", isOpen ? "open" : GOOD.has(item.phase) ? "good" : "bad");
  write(about, item.about.join(", "));
  bar.hidden = !isOpen || typeof item.progress !== "number";
  bar.value = item.progress ?? 0;
  mark(bar, "aria-label", `${item.title}: progress`);
  write(when, [time(item, isOpen, now), item.id].filter(Boolean).join(" · "));
  reason.hidden = !item.reason;
  write(reason, item.reason);
}

function time(item, isOpen, now) {
  if (item.ends === null) return isOpen ? `since ${timeOfDay(item.created)}` : "";
  return isOpen ? `ends in ${span(item.ends - now)}` : `ended at ${timeOfDay(item.ends)}`;
}
