// Makes DOM nodes without HTML text.

/** @typedef {Node | string | number | null | undefined | false | Child[]} Child */

/** Attributes that must be set as properties. */
const PROPERTIES = new Set(["checked", "disabled", "hidden", "indeterminate", "readOnly", "selected", "value"]);

/**
 * Make an element.
 *
 * @param {string} tag
 * @param {Record<string, unknown>} [attributes] `on` holds listeners by event; true sets an attribute, false leaves it out.
 * @param {...Child} children Children that are null, undefined, false or an empty text are left out.
 * @returns {any}
 */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (name === "on") {
      for (const [type, listener] of Object.entries(value)) node.addEventListener(type, listener);
    } else if (value === null || value === undefined) continue;
    else if (PROPERTIES.has(name)) node[name] = value;
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false) node.setAttribute(name, value);
  }
  node.append(...present(children));
  return node;
}

/** Replace all children of a node. */
export function replace(node, ...children) {
  node.replaceChildren(...present(children));
}

function present(children) {
  return children
    .flat(Infinity)
    .filter((child) => child !== null && child !== undefined && child !== false && child !== "")
    .map((child) => (typeof child === "number" ? String(child) : child));
}
