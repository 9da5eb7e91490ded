// Asks for the state again and again: quickly while something is under way, seldom while nobody looks.

const QUIET = 1000;
const BUSY = 500;
const HIDDEN = 15000;
const LONGEST_RETRY = 4000;
const PATIENCE = 10000;

/** An answer that is no success; the text is the emulator's own. */
class Refusal extends Error {}

async function ask(path, options = {}) {
  const answer = await fetch(path, { ...options, cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
  const document = await answer.json();
  if (!answer.ok) throw new Refusal(document.error_msg ?? `${answer.status}`);
  return document;
}

/** Read from the emulator; paths are relative to the page. */
export const read = (path) => ask(path);

/** Have the emulator do something. */
export function send(method, path, body) {
  return ask(path, { method, headers: { "content-type": "application/json" }, body: body && JSON.stringify(body) });
}

/**
 * Keeps the page current.
 * @param path says where the state is to be had, each time anew
 * @param show shows a state
 * @param turn is told each time whether the emulator answered
 */
export class Connection {
  #path;
  #show;
  #turn;
  #failures = 0;
  #isBusy = false;
  #wake = null;
  #isAsked = false;

  constructor({ path, show, turn }) {
    this.#path = path;
    this.#show = show;
    this.#turn = turn;
    document.addEventListener("visibilitychange", () => document.hidden || this.now());
    addEventListener("online", () => this.now());
  }

  /** Go on for ever. */
  async run() {
    for (;;) {
      this.#isAsked = false;
      await this.#once();
      if (!this.#isAsked) await this.#pause();
    }
  }

  /** Ask at once, or as soon as what is being asked has been answered. */
  now() {
    this.#isAsked = true;
    this.#wake?.();
  }

  async #once() {
    let state;
    try {
      state = await read(this.#path());
    } catch {
      this.#failures += 1;
      this.#turn(false);
      return;
    }
    this.#turn(true);
    this.#failures = 0;
    this.#isBusy = state.clock.next !== null && (state.clock.rate > 0 || state.clock.mode === "auto");
    try {
      this.#show(state);
    } catch (error) {
      reportError(error);
    }
  }

  #pause() {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.#delay());
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #delay() {
    if (document.hidden) return HIDDEN;
    if (this.#failures) return Math.min(LONGEST_RETRY, QUIET * 2 ** (this.#failures - 1));
    return this.#isBusy ? BUSY : QUIET;
  }
}
