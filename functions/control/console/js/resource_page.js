// The beginning of a resource's pages.

import { call } from "./api.js";
import { el, replace } from "./dom.js";
import { resourceHead } from "./resource_head.js";

/**
 * Fill a page with the resource's head, its title and a lead.
 *
 * @param {HTMLElement} main
 * @param {{id: string, tab: string, title: string, lead: string, signal: AbortSignal}} page
 * @returns {Promise<object>} The resource with its rules.
 */
export async function resourcePage(main, { id, tab, title, lead, signal }) {
  const { body: resource } = await call("GET", `/cdn/resources/${id}`, { signal });
  replace(main, resourceHead(resource, tab), el("h1", {}, title), el("p", { class: "page-lead" }, lead));
  return resource;
}
