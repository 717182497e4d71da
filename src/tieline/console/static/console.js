// Keeps a page fresh: asks the node now and then, and makes the page anew when it answers.
// Without this script the page does the same by itself, and the style sheet still uncovers the
// warning when a page has stood too long.
"use strict";
const body = document.body;
const refreshS = Number(body.dataset.refreshS);
const staleS = Number(body.dataset.staleS);
const bar = document.getElementById("stale");
const started = Date.now();

function isReading() {
  const selection = document.getSelection();
  return (selection && !selection.isCollapsed) || document.activeElement?.closest("form");
}

function warn() {
  bar.classList.add("is-shown");
}

async function look() {
  const ageS = (Date.now() - started) / 1000;
  if (ageS > Math.max(staleS, refreshS + 5)) warn();
  if (isReading()) return;
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), 4000);
  try {
    const answer = await fetch("/static/console.js", { method: "HEAD", signal: stop.signal });
    // Any answer will do: a node that has closed the session shows that page.
    if (answer.status) location.reload();
  } catch {
    warn();
  } finally {
    clearTimeout(timer);
  }
}

if (refreshS && bar) {
  setTimeout(() => {
    look();
    setInterval(look, Math.min(refreshS, 5) * 1000);
  }, refreshS * 1000);
}

// The slider of days names the day under it, and a pointer that lets go shows it at once. The
// keyboard moves it step by step and shows the day with Enter, as without this script.
const slider = document.getElementById("step");
const sliderDay = document.getElementById("step-day");
if (slider && sliderDay) {
  const days = new Map([...slider.list.options].map((option) => [option.value, option.label]));
  slider.addEventListener("input", () => {
    sliderDay.textContent = days.get(slider.value) ?? "";
  });
  slider.addEventListener("pointerup", () => {
    if (slider.value !== slider.defaultValue) slider.form.requestSubmit();
  });
}
