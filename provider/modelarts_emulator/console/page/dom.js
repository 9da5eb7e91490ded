// Elements from data. Data only ever becomes text: nothing here, or anywhere on the page, parses markup.

/** The element of this id. */
export const byId = (id) => document.getElementById(id);

/** Make an element; of its attributes, functions become listeners, and null or false leaves one out. */
export function el(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(key, value);
    else if (value !== null && value !== false) made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

/** Set an element's text; the same text is left alone, so that a selection survives. */
export function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Set an attribute, or take it away where the value is null or false. */
export function mark(element, name, value) {
  if (value === null || value === false || value === undefined) element.removeAttribute(name);
  else if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value);
}

const kept = new WeakMap();

/**
 * Make the children of an element those of a list, behind any it had before. What is there stays the same element, so
 * that focus and open details survive.
 * @param keyOf tells items apart
 * @param make makes the element of an item
 * @param update makes an element show its item
 */
export function keep(parent, items, keyOf, make, update) {
  const before = kept.get(parent) ?? new Map();
  const after = new Map();
  for (const item of items) {
    const key = String(keyOf(item));
    after.set(key, before.get(key) ?? make(item));
  }
  for (const [key, element] of before) if (!after.has(key)) element.remove();
  const ours = new Set(after.values());
  let place = [...parent.children].find((child) => ours.has(child)) ?? null;
  for (const element of ours) {
    if (element === place) place = place.nextElementSibling;
    else parent.insertBefore(element, place);
  }
  for (const item of items) update(after.get(String(keyOf(item))), item);
  kept.set(parent, after);
}
