"use strict";
// Rules for JSON values. Each is a function of a value and its path; it gives the first fault as a sentence, or undefined.

const shown = (value) => JSON.stringify(value) ?? String(value);

const rule = (what, holds) => (value, path) => (holds(value) ? undefined : `${path} is ${shown(value)}, expected ${what}`);

const any = () => undefined;
const string = rule("a string", (value) => typeof value === "string");
const number = rule("a number", (value) => typeof value === "number" && Number.isFinite(value));
const boolean = rule("a boolean", (value) => typeof value === "boolean");
const record = rule("an object", (value) => typeof value === "object" && value !== null && !Array.isArray(value));

/** One of these values. */
const among = (...values) => rule(`one of ${values.join(", ")}`, (value) => values.includes(value));

/** The key may be missing; null is no value of it. */
const optional = (inner) => (value, path) => (value === undefined ? undefined : inner(value, path));
const nullable = (inner) => (value, path) => (value === null ? undefined : inner(value, path));
const maybe = (inner) => optional(nullable(inner));

const list = (inner) => (value, path) => {
  if (!Array.isArray(value)) return `${path} is ${shown(value)}, expected an array`;
  for (const [index, element] of value.entries()) {
    const fault = inner(element, `${path}[${index}]`);
    if (fault) return fault;
  }
  return undefined;
};

/** An object with these members; others are allowed. */
const object = (members) => (value, path) => {
  const fault = record(value, path);
  if (fault) return fault;
  for (const [name, inner] of Object.entries(members)) {
    const fault = inner(value[name], `${path}.${name}`);
    if (fault) return fault;
  }
  return undefined;
};

/** An object whose member `name` says which of these rules it follows. */
const tagged = (name, rules) => (value, path) => {
  const fault = record(value, path) ?? among(...Object.keys(rules))(value[name], `${path}.${name}`);
  return fault ?? rules[value[name]](value, path);
};

module.exports = { among, any, boolean, list, maybe, nullable, number, object, optional, record, string, tagged };
