// Evenhand: comforts only. Every page works without this file.
"use strict";

// The server's clock decides: its time when the page was made, carried on by this device's steady clock.
const made = Date.parse(document.body.dataset.now) - performance.now();

function tick() {
  for (const left of document.querySelectorAll("[data-due]")) {
    const seconds = Math.floor((Date.parse(left.dataset.due) - made - performance.now()) / 1000);
    const rest = Math.abs(seconds);
    const days = Math.floor(rest / 86400);
    const two = (n) => String(Math.floor(n)).padStart(2, "0");
    const clock = `${two((rest % 86400) / 3600)}:${two((rest % 3600) / 60)}:${two(rest % 60)}`;
    const { day, days: many, left: toCome, late } = left.dataset;
    const date = days ? `${days.toLocaleString(document.documentElement.lang)} ${days === 1 ? day : many} ` : "";
    left.textContent = `${date}${clock} ${seconds < 0 ? late : toCome}`;
    left.parentElement.classList.toggle("late", seconds < 0);
  }
}

// A part that says where to ask again is swapped for its namesake in the answer, until it no longer says so.
async function poll(part, wait) {
  await new Promise((done) => setTimeout(done, wait));
  if (!part.isConnected) return;
  let next = wait;
  try {
    if (!document.hidden && !part.contains(document.activeElement)) {
      const answer = await fetch(part.dataset.poll, { headers: { accept: "text/html" } });
      if (!answer.ok) throw new Error(answer.statusText);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById(part.id);
      if (!fresh) throw new Error("not in the answer");
      if (!fresh.dataset.poll) return location.assign(part.dataset.poll); // the work has ended: show its page
      part.replaceWith(fresh);
      part = fresh;
      next = 2000;
    }
  } catch {
    next = Math.min(wait * 2, 60000); // a bad line: ask less often, keep what is shown
  }
  poll(part, next);
}

for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) break;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    button.textContent = button.dataset.copied;
  });
}
for (const part of document.querySelectorAll("[data-poll]")) poll(part, 2000);
if (document.querySelector("[data-due]")) setInterval(tick, 1000);
