// The clock and what moves it; with the reset and the disarming of faults, the only things here that change a world.

import { send } from "./connection.js";
import { byId, el, keep, mark, write } from "./dom.js";
import { duration, mode, moment, span } from "./words.js";

const MODES = ["frozen", "auto", "scaled:10", "scaled:60", "scaled:600", "real"];
const EXPLAINED = {
  frozen: "Time stands still until it is advanced",
  auto: "Time stands still, and jumps to the next event when a client asks for something",
  real: "Time is the wall clock's; it cannot be taken back",
};
const STEPS = [["+10 s", 10], ["+1 min", 60], ["+15 min", 900]];
const TICK = 200;

/**
 * The clock.
 * @param done is called when something was changed
 * @param say tells those who do not see
 */
export class Clock {
  #done;
  #say;
  #clock = null;
  #at = 0;
  #shown = 0;
  #next;

  constructor({ done, say }) {
    this.#done = done;
    this.#say = say;
    this.#next = el("button", { type: "button", click: () => this.#toNext() }, "Next event");
    const steps = STEPS.map(([text, seconds]) => {
      return el("button", { type: "button", click: () => this.#advance(seconds) }, text);
    });
    byId("steps").append(...steps, this.#next);
    byId("advance").addEventListener("submit", (event) => this.#advanceByInput(event));
    byId("reset").addEventListener("click", () => byId("confirm").showModal());
    byId("confirm").addEventListener("close", () => this.#confirmed());
    byId("disarm").addEventListener("click", () => this.#disarm());
    setInterval(() => this.#tick(), TICK);
  }

  /** Show how time stands and runs. */
  show(clock) {
    const before = this.#clock;
    this.#clock = clock;
    this.#at = performance.now();
    const isOneRun = before !== null && before.mode === clock.mode && before.now <= clock.now;
    this.#shown = isOneRun ? Math.max(this.#shown, clock.now) : clock.now;
    this.#tick();
    if (before !== null && before.mode !== clock.mode) this.#say(`Clock: ${mode(clock.mode)}`);
    const settings = MODES.includes(clock.mode) ? MODES : [...MODES, clock.mode];
    keep(byId("modes"), settings, (setting) => setting, (setting) => this.#modeButton(setting), (button, setting) => {
      mark(button, "aria-pressed", String(setting === clock.mode));
    });
    const left = clock.next === null ? null : span(clock.next - clock.now);
    write(this.#next, left === null ? "No next event" : clock.rate ? "Next event" : `Next event, in ${left}`);
    mark(this.#next, "aria-disabled", left === null && "true");
  }

  #modeButton(setting) {
    const factor = setting.startsWith("scaled:") && `Time runs ${setting.slice(7)} times as fast as the wall clock`;
    const attributes = { type: "button", "data-mode": setting, title: EXPLAINED[setting] ?? factor };
    return el("button", { ...attributes, click: () => this.#set({ mode: setting }) }, mode(setting));
  }

  #tick() {
    if (this.#clock === null) return;
    const passed = (this.#clock.rate * (performance.now() - this.#at)) / 1000;
    this.#shown = Math.max(this.#shown, this.#clock.now + passed);
    write(byId("now"), moment(this.#shown));
    mark(byId("now"), "datetime", `${moment(this.#shown).replace(" ", "T")}Z`);
  }

  async #toNext() {
    if (this.#clock.next === null) return;
    await this.#advance(this.#clock.next - this.#clock.now);
  }

  async #advanceByInput(event) {
    event.preventDefault();
    const input = byId("duration");
    const seconds = duration(input.value || input.placeholder);
    mark(input, "aria-invalid", seconds === null && "true");
    if (seconds === null) this.#complain(`"${input.value}" is no span of time: write 90s, 15m or 2h`);
    else await this.#advance(seconds);
  }

  async #advance(seconds) {
    if (await this.#set({ advance: seconds })) this.#say(`Advanced by ${span(seconds)}`);
  }

  #set(wanted) {
    return this.#change("POST", "clock", wanted);
  }

  async #confirmed() {
    const dialog = byId("confirm");
    const isWanted = dialog.returnValue === "reset";
    dialog.returnValue = "";
    if (isWanted && (await this.#change("POST", "reset"))) this.#say("The world is back at its beginning");
  }

  async #disarm() {
    if (!(await this.#change("DELETE", "faults"))) return;
    this.#say("No fault is armed");
    byId("faults-title").focus();
  }

  async #change(method, path, body) {
    try {
      await send(method, path, body);
    } catch (error) {
      this.#complain(error.message);
      return false;
    }
    this.#complain("");
    this.#done();
    return true;
  }

  #complain(text) {
    byId("problem").hidden = text === "";
    write(byId("problem"), text);
  }
}
