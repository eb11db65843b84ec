// The rules of a resource: their order, their status and their actions.

import { call } from "../api.js";
import { confirmed } from "../dialogs.js";
import { el, replace } from "../dom.js";
import { notify } from "../notices.js";
import { resourceHead } from "../resource_head.js";
import { createMenu } from "../rules/create_menu.js";
import { ruleList } from "../rules/list.js";
import { orderSaver } from "../rules/order.js";
import { copyName, nameOf } from "../rules/words.js";
import { may } from "../session.js";

const CHANGED = 409;
const ORDER_HELP = "Drag a rule by its dots, use its arrows, or press Alt with an arrow key in its row to change the order.";

/** @param {HTMLElement} main */
export async function show(main, { params, signal }) {
  const mayChange = may("editor");
  const [{ body: resource }, { body: templates }] = await Promise.all([
    call("GET", `/cdn/resources/${params.id}`, { signal }),
    call("GET", "/cdn/rule_templates", { signal }),
  ]);
  const address = `/cdn/resources/${resource.id}/rules`;
  const ruleOf = (id) => list.rules().find((rule) => rule.id === id);
  let queue = Promise.resolve();
  const versionOf = (rule) => `"${rule.version}"`;

  async function reload() {
    list.show((await call("GET", address, { signal })).body);
  }

  /** Queue an action on the latest version of a rule; show the stored rules after it, whether it succeeded or not. */
  function act(id, work) {
    queue = queue.then(() => done(id, work));
    return queue;
  }

  async function done(id, work) {
    try {
      await order.now();
      await work(ruleOf(id));
    } catch (error) {
      if (signal.aborted) return;
      notify(error.status === CHANGED ? "Somebody else has changed this meanwhile. The list shows it as it is now." : error.message, "failed");
    }
    if (!signal.aborted) await reload().catch((error) => notify(error.message, "failed"));
  }

  const actions = {
    toggle(id) {
      const active = !ruleOf(id).active;
      return act(id, async (rule) => {
        await call("PATCH", `${address}/${id}`, { body: { active }, ifMatch: versionOf(rule), signal });
        notify(`${nameOf(rule)} is ${active ? "on" : "off"} now.`, "done");
      });
    },
    duplicate(id) {
      return act(id, async (rule) => {
        const taken = new Set(list.rules().map(({ name }) => name));
        const body = { name: copyName(rule.name, taken), rule: rule.rule, ruleType: rule.ruleType, options: rule.options, active: false };
        const { body: copy } = await call("POST", address, { body, signal });
        const ids = list.ids();
        const at = ids.indexOf(id) + 1;
        await call("PUT", `${address}/order`, { body: { rules: ids.toSpliced(at, 0, copy.id) }, signal });
        notify(`${nameOf(copy)} stands below the original, switched off.`, "done");
      });
    },
    async remove(id) {
      const seen = ruleOf(id);
      const text = `${seen.active ? "It answers requests now. " : ""}Images that it decides about are served as the rules below it say, or the resource. This cannot be undone.`;
      if (!(await confirmed({ title: `Delete ${nameOf(seen)}?`, text, action: "Delete rule" }))) return;
      await act(id, async (rule) => {
        let version = versionOf(rule);
        if (rule.active) {
          const off = await call("PATCH", `${address}/${id}`, { body: { active: false }, ifMatch: version, signal });
          version = off.version;
        }
        await call("DELETE", `${address}/${id}`, { ifMatch: version, signal });
        notify(`${nameOf(rule)} is deleted.`, "done");
      });
      main.querySelector("input[type=search]")?.focus();
    },
  };
  const list = ruleList({ resource, actions: mayChange ? actions : null, onMoved: () => order.later(), signal });
  const order = orderSaver({
    address,
    ids: list.ids,
    onSaved(rules) {
      if (!signal.aborted) list.show(rules);
      notify("The order is saved. Viewers get it within seconds.", "done");
    },
    onFailed(error) {
      notify(error.status === CHANGED ? "The rules were changed by somebody else: the order was not saved." : error.message, "failed");
      if (!signal.aborted) reload().catch(() => {});
    },
  });
  const search = el("input", {
    type: "search",
    placeholder: "Search name, pattern, options",
    "aria-label": "Search rules",
    on: { input: () => list.search(search.value) },
  });

  replace(
    main,
    resourceHead(resource, "rules"),
    el("div", { class: "page-head" }, el("h1", {}, "Rules"), mayChange && createMenu(resource.id, templates)),
    el("p", { class: "page-lead" }, "The first active rule, from the top, whose pattern is found in the path decides. ", mayChange && ORDER_HELP),
    !mayChange && el("p", { class: "note" }, "You see rules here. Changing them needs the token of an editor."),
    el("div", { class: "rules-search" }, search),
    list.node,
  );
  list.show(resource.rules);
  addEventListener("pagehide", () => order.now(), { signal });
  return {
    mayLeave() {
      order.now();
      return true;
    },
  };
}
