// A new resource: a host, and the place of its originals.

import { call } from "../api.js";
import { el, replace } from "../dom.js";
import { textField } from "../forms/fields.js";
import { fieldGroup } from "../forms/group.js";
import { saver } from "../forms/saver.js";
import { notify } from "../notices.js";
import { hostOf } from "../resource_head.js";
import { originField } from "../resources/fields.js";
import { to } from "../router.js";
import { may } from "../session.js";

/** @param {HTMLElement} main */
export async function show(main, { signal }) {
  const crumbs = el(
    "p",
    { class: "crumbs" },
    el("a", { href: to.resources() }, "Resources"),
    el("span", { "aria-hidden": "true" }, " / "),
    el("span", { class: "crumb-here" }, "New resource"),
  );
  if (!may("admin")) {
    replace(main, crumbs, el("h1", {}, "New resource"), el("p", { class: "note" }, "Creating a resource needs the token of an admin."));
    return {};
  }
  const { body: known } = await call("GET", "/cdn/resources", { signal });
  const changed = () => saving.changed();
  const host = textField({
    id: "resource-host",
    label: "Host",
    hint: [
      "What viewers ask, without https://: ",
      el("code", {}, "img.example.com"),
      ". A ",
      el("code", {}, "*"),
      " answers all hosts that have no resource of their own.",
    ],
    class: "mono",
    spellcheck: "false",
    autocapitalize: "none",
    inputmode: "url",
    maxlength: 253,
    onInput: changed,
  });
  // A deployment has few buckets, usually one.
  const origin = originField(known[0]?.origin.split("/")[0] ?? "", { onInput: changed });
  const group = fieldGroup("Resource", { cname: host, origin });
  const saving = saver({
    thing: "resource",
    isNew: true,
    version: null,
    value: group.value,
    send: (body) => call("POST", "/cdn/resources", { body, signal }),
    showErrors: group.showErrors,
    onSaved(saved, sent) {
      notify(`${hostOf(saved)} is created. Without options and rules, originals pass as they are.`, "done");
      location.hash = to.rules(saved.id);
      return sent;
    },
    back: to.resources(),
    signal,
  });
  replace(
    main,
    crumbs,
    el("h1", {}, "New resource"),
    el("p", { class: "page-lead" }, "A resource is a host that viewers ask for images, and the folder of originals behind it."),
    el("form", { class: "editor settings", novalidate: true, "aria-label": "New resource", on: { submit: saving.submit } }, group.node, saving.node),
  );
  return { mayLeave: saving.mayLeave };
}
