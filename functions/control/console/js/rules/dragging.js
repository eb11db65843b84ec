// Dragging of table rows by their handles, with mouse, pen or finger.

const EDGE = 70;
const SPEED = 14;

/**
 * @param {HTMLElement} body The body of the table; its rows are its children.
 * @param {object} options
 * @param {string} options.handle The selector of a row's handle.
 * @param {() => boolean} options.may Whether rows can be dragged now.
 * @param {(row: HTMLElement, before: HTMLElement | null) => void} options.dropped Called after a drag; `before` is null for the end.
 * @param {AbortSignal} options.signal The signal of the page.
 */
export function dragging(body, { handle, may, dropped, signal }) {
  let row = null;
  let before = null;
  let pointer = { x: 0, y: 0 };
  let frame = 0;

  function begin(event) {
    const found = event.target.closest?.(handle);
    if (!found || event.button !== 0 || !may()) return;
    event.preventDefault();
    row = found.closest("tr");
    before = row;
    pointer = { x: event.clientX, y: event.clientY };
    body.setPointerCapture(event.pointerId);
    row.classList.add("is-dragged");
    body.classList.add("is-dragging");
    frame = requestAnimationFrame(follow);
  }

  function follow() {
    if (pointer.y < EDGE) scrollBy(0, -SPEED);
    else if (pointer.y > innerHeight - EDGE) scrollBy(0, SPEED);
    mark();
    frame = requestAnimationFrame(follow);
  }

  function mark() {
    const box = body.getBoundingClientRect();
    const y = Math.min(Math.max(pointer.y, box.top + 1), box.bottom - 1);
    const over = document.elementFromPoint(box.left + box.width / 2, y)?.closest("tr");
    if (!over || over.parentElement !== body) return;
    const { top, height } = over.getBoundingClientRect();
    const isBelow = y > top + height / 2;
    show(isBelow ? over.nextElementSibling : over);
  }

  function show(next) {
    if (next === before) return;
    clear();
    before = next;
    if (next === row || next === row.nextElementSibling) return;
    if (next) next.classList.add("drop-before");
    else body.lastElementChild.classList.add("drop-after");
  }

  function clear() {
    for (const marked of body.querySelectorAll(".drop-before, .drop-after")) marked.classList.remove("drop-before", "drop-after");
  }

  function end(isDone) {
    if (!row) return;
    cancelAnimationFrame(frame);
    clear();
    row.classList.remove("is-dragged");
    body.classList.remove("is-dragging");
    const [from, to] = [row, before];
    row = null;
    if (isDone && to !== from && to !== from.nextElementSibling) dropped(from, to);
  }

  body.addEventListener("pointerdown", begin);
  body.addEventListener("pointermove", (event) => {
    if (row) pointer = { x: event.clientX, y: event.clientY };
  });
  body.addEventListener("pointerup", (event) => {
    if (!row) return;
    pointer = { x: event.clientX, y: event.clientY };
    mark();
    end(true);
  });
  body.addEventListener("pointercancel", () => end(false));
  body.addEventListener("lostpointercapture", () => end(false));
  signal.addEventListener("abort", () => end(false));
  const escape = (event) => {
    if (event.key === "Escape") end(false);
  };
  addEventListener("keydown", escape, { signal });
}
