// How things are called and written.

/** What marks a phase besides its colour. */
export const SIGNS = { Available: "", Creating: "+", Checking: "?", Abnormal: "!", Deleting: "×" };

/** Phases in the order in which they are counted. */
export const PHASES = Object.keys(SIGNS);

const REASONS = {
  200: "OK", 201: "Created", 202: "Accepted", 204: "No Content", 400: "Bad Request", 401: "Unauthorized",
  403: "Forbidden", 404: "Not Found", 409: "Conflict", 413: "Too Large", 415: "Unsupported Type",
  429: "Too Many Requests", 500: "Server Error", 502: "Bad Gateway", 503: "Unavailable", 504: "Gateway Timeout",
};

/** A status with what it means; 0 is what an exchange has that was never answered. */
export function status(code) {
  return code ? `${code} ${REASONS[code] ?? ""}`.trim() : "no answer";
}

/** A number with thousands apart. */
export const number = (value) => value.toLocaleString("en-US");

/** So many things: `several(1, "node")`. */
export const several = (count, noun) => `${number(count)} ${noun}${count === 1 ? "" : "s"}`;

/** A moment in seconds since 1970 as date and time. */
export function moment(seconds) {
  return new Date(seconds * 1000).toISOString().slice(0, 19).replace("T", " ");
}

/** A moment as time of day. */
export const timeOfDay = (seconds) => moment(seconds).slice(11);

const UNITS = [["d", 86400], ["h", 3600], ["min", 60], ["s", 1]];

/** A span of time by its two largest units: `1 h 5 min`. */
export function span(seconds) {
  let left = Math.max(0, Math.ceil(seconds));
  const parts = [];
  for (const [unit, size] of UNITS) {
    const count = Math.floor(left / size);
    left -= count * size;
    if (count) parts.push(`${number(count)} ${unit}`);
  }
  return parts.slice(0, 2).join(" ") || "0 s";
}

/** Seconds that a text such as 90, 90s, 15m or 2h means; null when it means none. */
export function duration(text) {
  const found = /^\s*(\d+(?:\.\d+)?)\s*(s|sec|m|min|h|d)?\s*$/i.exec(text);
  if (!found) return null;
  const sizes = { s: 1, sec: 1, m: 60, min: 60, h: 3600, d: 86400 };
  return Number(found[1]) * sizes[(found[2] ?? "s").toLowerCase()];
}

/** A clock setting for people. */
export function mode(setting) {
  const factor = setting.startsWith("scaled:") ? setting.slice(7) : null;
  return factor === null ? setting[0].toUpperCase() + setting.slice(1) : `× ${factor}`;
}

/** A text in which the project's id, which ends every pool's, is an ellipsis. */
export const without = (project, text) => (project.length > 8 ? text.replaceAll(project, "…") : text);

/** The indefinite article of a word. */
export function article(word) {
  return /^[aeiou]/.test(word) ? "an" : "a";
}

/** A text that begins with a capital letter. */
export function capitalized(text) {
  return text[0].toUpperCase() + text.slice(1);
}
