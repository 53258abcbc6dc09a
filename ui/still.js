// A page that was opened for somebody shows nothing more once they are not signed in, or somebody
// else is: it is loaded anew, which leads to signing in, or to what is the other's. Asking does not
// make the session last longer.
const EVERY = 20_000; // milliseconds

async function look(as) {
  let told;
  try {
    const answer = await fetch("/sign-in/still", { cache: "no-store", redirect: "manual" });
    // A proxy before us may say by itself that nobody is signed in, or lead to where one signs in.
    const nobody = answer.status === 401 || answer.type === "opaqueredirect";
    if (!answer.ok && !nobody) return;
    told = nobody ? { as: "" } : await answer.json();
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
