// Nodes of a document, made without any HTML text.

/** @typedef {Node | string | number | null | undefined | false | Child[]} Child */

/** Attributes that only work as properties. */
const PROPERTIES = new Set(["checked", "disabled", "hidden", "indeterminate", "readOnly", "selected", "value"]);

/**
 * An element.
 *
 * @param {string} tag
 * @param {Record<string, unknown>} [attributes] `on` has listeners by event; true and false set and leave out an attribute.
 * @param {...Child} children what is null, undefined, false or an empty text is left out.
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

/** Put children in the place of all that a node has. */
export function replace(node, ...children) {
  node.replaceChildren(...present(children));
}

function present(children) {
  return children
    .flat(Infinity)
    .filter((child) => child !== null && child !== undefined && child !== false && child !== "")
    .map((child) => (typeof child === "number" ? String(child) : child));
}
