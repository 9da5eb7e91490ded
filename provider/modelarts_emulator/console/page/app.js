// The page: one state, read again and again, and shown by parts.

import { Clock } from "./clock.js";
import { Connection } from "./connection.js";
import { Details } from "./details.js";
import { byId, el, keep, mark, write } from "./dom.js";
import { showFaults } from "./faults.js";
import { showJobs, showTrainingJobs, showWorkloads } from "./jobs.js";
import { Journal } from "./journal.js";
import { Pools } from "./pools.js";

const journal = new Journal();
const pools = new Pools({ open: (name) => details.open(name), say });
const details = new Details({ tileOf: (name) => pools.tile(name) });
const connection = new Connection({ path, show, turn });
const clock = new Clock({ done: () => connection.now(), say });
let project = new URLSearchParams(location.search).get("project");

function path() {
  const query = new URLSearchParams({ since: journal.since });
  if (project !== null) query.set("project", project);
  return `state?${query}`;
}

function show(state) {
  write(byId("version"), state.version);
  showProjects(state);
  clock.show(state.clock);
  pools.show(state);
  details.show(state);
  showJobs(state);
  showTrainingJobs(state);
  showWorkloads(state);
  showFaults(state);
  journal.show(state);
}

function showProjects({ projects, project: chosen }) {
  const known = projects.includes(chosen) ? projects : [...projects, chosen];
  const select = byId("project");
  keep(select, known, (name) => name, (name) => el("option", { value: name }, name), () => {});
  if (document.activeElement !== select) select.value = chosen;
  byId("project-choice").hidden = known.length < 2;
}

function turn(isThere) {
  const element = byId("connection");
  const state = isThere ? "connected" : "lost";
  if (element.dataset.state === state) return;
  const wasLost = element.dataset.state === "lost";
  mark(element, "data-state", state);
  write(element, isThere ? "Connected" : "Connection lost, trying again");
  if (!isThere) journal.forget();
  if (!isThere || wasLost) say(element.textContent);
}

function say(text) {
  write(byId("said"), text);
}

byId("project").addEventListener("change", (event) => {
  project = event.target.value;
  history.replaceState(null, "", `?${new URLSearchParams({ project })}`);
  connection.now();
});

connection.run();
