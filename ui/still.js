// A page that was opened for somebody shows nothing more once they are not signed in: it is loaded
// anew, which leads to signing in. Asking does not make the session last longer.
const EVERY = 20_000; // milliseconds

async function look(as) {
  let told;
  try {
    const answer = await fetch("/sign-in/still", { cache: "no-store" });
    if (!answer.ok) return;
    told = await answer.json();
  } catch {
    return; // the server or the network is away, which Streamlit tells by itself
  }
  if (told.as !== as) location.reload();
}

export default function ({ data }) {
  const seen = (window.chapterAndVerseStill ??= {});
  seen.as = data.as;
  if (seen.timer) return;
  seen.timer = setInterval(() => look(seen.as), EVERY);
  document.addEventListener("visibilitychange", () => document.hidden || look(seen.as));
}
